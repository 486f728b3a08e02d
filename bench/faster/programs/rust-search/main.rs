//! A small search engine: indexes documents, answers queries by tf-idf, prints a snippet of each hit.
use std::collections::{BTreeMap, HashSet};
use std::env;
use std::fs;

struct Document {
    title: String,
    body: String,
}

struct Posting {
    document: usize,
    positions: Vec<usize>,
}

struct Index {
    documents: Vec<Document>,
    postings: BTreeMap<String, Vec<Posting>>,
    stop_words: Vec<String>,
}

const STOP_WORDS: &str = "the of and a to in is it that for on as with was at by an be this from or are";

fn tokenize(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut current = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            current.push_str(&c.to_lowercase().to_string());
        } else if current.len() > 0 {
            tokens.push(current.clone());
            current = String::new();
        }
    }
    if current.len() > 0 {
        tokens.push(current);
    }
    tokens
}

/// Cuts common endings, as a stemmer would.
fn stem(word: &String) -> String {
    for ending in vec!["ing", "edly", "ed", "ly", "es", "s"] {
        if word.ends_with(ending) && word.chars().count() > ending.chars().count() + 2 {
            let keep = word.chars().count() - ending.chars().count();
            return word.chars().take(keep).collect::<String>();
        }
    }
    word.clone()
}

impl Index {
    fn new() -> Index {
        let stop_words = STOP_WORDS.split(' ').map(|word| word.to_string()).collect();
        Index { documents: Vec::new(), postings: BTreeMap::new(), stop_words }
    }

    fn add(&mut self, title: &str, body: &str) {
        let number = self.documents.len();
        let tokens = tokenize(body);
        for (position, token) in tokens.iter().enumerate() {
            if self.stop_words.contains(token) {
                continue;
            }
            let term = stem(token);
            let list = self.postings.entry(term).or_insert_with(Vec::new);
            match list.iter_mut().find(|posting| posting.document == number) {
                Some(posting) => posting.positions.push(position),
                None => list.push(Posting { document: number, positions: vec![position] }),
            }
        }
        self.documents.push(Document { title: title.to_string(), body: body.to_string() });
    }

    fn score(&self, terms: &Vec<String>, document: usize) -> f64 {
        let mut score = 0.0;
        for term in terms {
            if let Some(list) = self.postings.get(term) {
                for posting in list {
                    if posting.document == document {
                        let length = tokenize(&self.documents[document].body).len() as f64;
                        let tf = posting.positions.len() as f64 / length;
                        let idf = (self.documents.len() as f64 / list.len() as f64).ln();
                        score += tf * idf;
                    }
                }
            }
        }
        score
    }

    fn search(&self, query: &str) -> Vec<(usize, f64)> {
        let terms: Vec<String> = tokenize(query).iter().map(|token| stem(token)).collect();
        let mut found: HashSet<usize> = HashSet::new();
        for term in &terms {
            if let Some(list) = self.postings.get(term) {
                for posting in list {
                    found.insert(posting.document);
                }
            }
        }
        let mut hits: Vec<(usize, f64)> = Vec::new();
        for document in found {
            hits.push((document, self.score(&terms, document)));
        }
        hits.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap().then(a.0.cmp(&b.0)));
        hits.truncate(5);
        hits
    }

    fn snippet(&self, query: &str, document: usize) -> String {
        let words: Vec<String> = self.documents[document].body.split_whitespace().map(|w| w.to_string()).collect();
        let terms: Vec<String> = tokenize(query).iter().map(|token| stem(token)).collect();
        let mut best = 0;
        let mut most = 0;
        for start in 0..words.len() {
            let end = (start + 12).min(words.len());
            let window = words[start..end].join(" ");
            let stems: Vec<String> = tokenize(&window).iter().map(|token| stem(token)).collect();
            let count = terms.iter().filter(|term| stems.contains(term)).count();
            if count > most {
                most = count;
                best = start;
            }
        }
        words[best..(best + 12).min(words.len())].join(" ")
    }
}

fn main() {
    let path = env::args().nth(1).expect("usage: search FILE");
    let text = fs::read_to_string(path).expect("the file can be read");
    let mut index = Index::new();
    let mut queries = Vec::new();
    for line in text.lines() {
        let parts: Vec<&str> = line.splitn(3, '|').collect();
        match parts[0] {
            "doc" => index.add(parts[1], parts[2]),
            "query" => queries.push(parts[1].to_string()),
            _ => panic!("cannot read {line}"),
        }
    }
    println!("{} documents, {} terms", index.documents.len(), index.postings.len());
    for query in queries {
        println!("? {query}");
        for (document, score) in index.search(&query) {
            println!("{:.5} {}: {}", score, index.documents[document].title, index.snippet(&query, document));
        }
    }
}
