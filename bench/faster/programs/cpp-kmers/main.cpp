// Describes sequences of DNA: frequent k-mers on either strand, how much sequences share, GC content and open reading frames.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace std;

struct Sequence {
    string name;
    string bases;
};

struct Frame {
    string sequence;
    char strand;
    size_t start;
    string bases;
};

vector<Sequence> readFasta(string path) {
    ifstream file(path);
    vector<Sequence> sequences;
    string line;
    while (getline(file, line)) {
        if (!line.empty() && line[0] == '>') {
            sequences.push_back({line.substr(1), ""});
            continue;
        }
        for (char c : line)
            if (isalpha(c))
                sequences.back().bases = sequences.back().bases + string(1, toupper(c));
    }
    return sequences;
}

char complement(char base) {
    map<char, char> pairs = {{'A', 'T'}, {'T', 'A'}, {'C', 'G'}, {'G', 'C'}};
    return pairs.count(base) ? pairs[base] : 'N';
}

string reverseComplement(string bases) {
    string result;
    for (char base : bases)
        result = complement(base) + result;
    return result;
}

/* The lesser of a k-mer and what stands opposite to it. */
string canonical(string kmer) {
    return min(kmer, reverseComplement(kmer));
}

vector<string> kmersOf(Sequence sequence, size_t k) {
    vector<string> kmers;
    for (size_t i = 0; i + k <= sequence.bases.size(); i++) {
        string kmer = sequence.bases.substr(i, k);
        if (kmer.find('N') == string::npos)
            kmers.push_back(canonical(kmer));
    }
    return kmers;
}

void printFrequent(vector<Sequence> sequences, size_t k) {
    map<string, int> counts;
    for (auto sequence : sequences)
        for (auto kmer : kmersOf(sequence, k)) {
            if (counts.find(kmer) == counts.end())
                counts[kmer] = 0;
            counts[kmer] = counts[kmer] + 1;
        }
    vector<pair<string, int>> ranking(counts.begin(), counts.end());
    stable_sort(ranking.begin(), ranking.end(),
                [](pair<string, int> a, pair<string, int> b) { return a.second > b.second; });
    cout << counts.size() << " different " << k << "-mers" << endl;
    for (size_t i = 0; i < ranking.size() && i < 8; i++)
        cout << "  " << ranking[i].first << " " << ranking[i].second << endl;
}

double similarity(Sequence a, Sequence b, size_t k) {
    set<string> left, right, all;
    for (auto kmer : kmersOf(a, k))
        left.insert(kmer);
    for (auto kmer : kmersOf(b, k))
        right.insert(kmer);
    int shared = 0;
    for (auto kmer : left) {
        all.insert(kmer);
        if (right.count(kmer))
            shared++;
    }
    for (auto kmer : right)
        all.insert(kmer);
    return all.empty() ? 0 : (double)shared / all.size();
}

void printSimilar(vector<Sequence> sequences, size_t k) {
    for (size_t i = 0; i < sequences.size(); i++)
        for (size_t j = 0; j < sequences.size(); j++)
            if (i < j && similarity(sequences[i], sequences[j], k) > 0.02)
                cout << sequences[i].name << " ~ " << sequences[j].name << " "
                     << similarity(sequences[i], sequences[j], k) << endl;
}

/* The window with the largest share of G and C. */
void printRichest(Sequence sequence, size_t window) {
    double most = -1;
    size_t best = 0;
    for (size_t i = 0; i + window <= sequence.bases.size(); i++) {
        string part = sequence.bases.substr(i, window);
        double share = (double)(count(part.begin(), part.end(), 'G') + count(part.begin(), part.end(), 'C')) / window;
        if (share > most) {
            most = share;
            best = i;
        }
    }
    cout << sequence.name << ": " << sequence.bases.size() << " bases, richest at " << best << " with " << 100 * most
         << "% GC" << endl;
}

bool isStop(string codon) {
    vector<string> stops = {"TAA", "TAG", "TGA"};
    return find(stops.begin(), stops.end(), codon) != stops.end();
}

/* From each ATG to the next stop in its frame. */
vector<Frame> framesOf(Sequence sequence) {
    vector<Frame> frames;
    for (char strand : {'+', '-'}) {
        string bases = strand == '+' ? sequence.bases : reverseComplement(sequence.bases);
        for (size_t start = 0; start + 3 <= bases.size(); start++) {
            if (bases.substr(start, 3) != "ATG")
                continue;
            string frame;
            for (size_t i = start; i + 3 <= bases.size(); i += 3) {
                frame = frame + bases.substr(i, 3);
                if (isStop(bases.substr(i, 3))) {
                    frames.push_back({sequence.name, strand, start, frame});
                    break;
                }
            }
        }
    }
    return frames;
}

void printFrames(vector<Sequence> sequences) {
    vector<Frame> all;
    for (auto sequence : sequences)
        for (auto frame : framesOf(sequence)) {
            all.push_back(frame);
            stable_sort(all.begin(), all.end(),
                        [](Frame a, Frame b) { return a.bases.size() > b.bases.size(); });
            if (all.size() > 10)
                all.pop_back();
        }
    for (auto frame : all)
        cout << frame.sequence << " " << frame.strand << frame.start << " " << frame.bases << endl;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        cerr << "usage: kmers FILE" << endl;
        return 2;
    }
    auto sequences = readFasta(argv[1]);
    cout << fixed << setprecision(3);
    for (auto sequence : sequences)
        printRichest(sequence, 100);
    for (size_t k : {4, 8, 12})
        printFrequent(sequences, k);
    printSimilar(sequences, 10);
    printFrames(sequences);
    return 0;
}
