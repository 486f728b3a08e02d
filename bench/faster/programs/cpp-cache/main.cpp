// Replays a trace of requests against caches of several kinds and sizes, and compares how often they hit.
#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

using namespace std;

struct Request {
    string operation;
    string key;
    int size;
};

class Cache {
public:
    explicit Cache(int capacity) : capacity(capacity) {}
    virtual ~Cache() = default;
    virtual string name() const = 0;

    bool request(Request request) {
        if (request.operation == "DEL") {
            remove(request.key);
            return false;
        }
        bool hit = contains(request.key);
        if (hit)
            touched(request.key);
        else if (request.size <= capacity) {
            while (used() + request.size > capacity) {
                remove(victim());
                evictions++;
            }
            sizes[request.key] = request.size;
            added(request.key);
        }
        return hit;
    }

    int used() const {
        int total = 0;
        for (auto entry : sizes)
            total += entry.second;
        return total;
    }

    int evicted() const { return evictions; }
    size_t count() const { return sizes.size(); }

protected:
    bool contains(string key) const { return sizes.find(key) != sizes.end(); }

    void remove(string key) {
        if (contains(key)) {
            sizes.erase(key);
            removed(key);
        }
    }

    virtual void added(string key) = 0;
    virtual void touched(string key) = 0;
    virtual void removed(string key) = 0;
    virtual string victim() = 0;

private:
    int capacity;
    int evictions = 0;
    map<string, int> sizes;
};

/* Throws out what came first. */
class FifoCache : public Cache {
public:
    using Cache::Cache;
    string name() const override { return "FIFO"; }

protected:
    void added(string key) override { order.push_back(key); }
    void touched(string) override {}
    void removed(string key) override { order.erase(find(order.begin(), order.end(), key)); }
    string victim() override { return order.front(); }
    vector<string> order;
};

/* Throws out what was not used for the longest time. */
class LruCache : public FifoCache {
public:
    using FifoCache::FifoCache;
    string name() const override { return "LRU"; }

protected:
    void touched(string key) override {
        removed(key);
        added(key);
    }
};

/* Throws out what is used the least; of those, what came first. */
class LfuCache : public Cache {
public:
    using Cache::Cache;
    string name() const override { return "LFU"; }

protected:
    void added(string key) override { uses.push_back({key, 1}); }
    void touched(string key) override {
        for (auto &entry : uses)
            if (entry.first == key)
                entry.second++;
    }
    void removed(string key) override {
        uses.remove_if([key](pair<string, int> entry) { return entry.first == key; });
    }
    string victim() override {
        pair<string, int> least = uses.front();
        for (auto entry : uses)
            if (entry.second < least.second)
                least = entry;
        return least.first;
    }

private:
    list<pair<string, int>> uses;
};

vector<Request> readTrace(string path, vector<int> &capacities) {
    ifstream file(path);
    vector<Request> trace;
    string line;
    while (getline(file, line)) {
        istringstream fields(line);
        Request request{"", "", 0};
        fields >> request.operation >> request.key >> request.size;
        if (request.operation == "capacity")
            capacities.push_back(stoi(request.key));
        else
            trace.push_back(request);
    }
    return trace;
}

void printMissed(map<string, int> misses) {
    vector<pair<string, int>> ranking(misses.begin(), misses.end());
    stable_sort(ranking.begin(), ranking.end(),
                [](pair<string, int> a, pair<string, int> b) { return a.second > b.second; });
    for (size_t i = 0; i < ranking.size() && i < 3; i++)
        cout << "    misses " << ranking[i].first << " " << ranking[i].second << " times" << endl;
}

void replay(vector<Request> trace, unique_ptr<Cache> cache) {
    int hits = 0, gets = 0;
    map<string, int> misses;
    for (auto request : trace) {
        bool hit = cache->request(request);
        if (request.operation == "GET") {
            gets++;
            if (hit)
                hits++;
            else
                misses[request.key]++;
        }
    }
    cout << "  " << cache->name() << ": " << hits << " of " << gets << " hit (" << fixed << setprecision(2)
         << 100.0 * hits / gets << "%), " << cache->evicted() << " thrown out, " << cache->count() << " left with "
         << cache->used() << endl;
    printMissed(misses);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        cerr << "usage: cache FILE" << endl;
        return 2;
    }
    vector<int> capacities;
    vector<Request> trace = readTrace(argv[1], capacities);
    for (int capacity : capacities) {
        cout << "capacity " << capacity << endl;
        replay(trace, make_unique<FifoCache>(capacity));
        replay(trace, make_unique<LruCache>(capacity));
        replay(trace, make_unique<LfuCache>(capacity));
    }
    return 0;
}
