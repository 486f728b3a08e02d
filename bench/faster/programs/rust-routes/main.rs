//! Shortest routes in a road network: Dijkstra between named places, and which place lies nearest to all.
use std::collections::HashMap;
use std::env;
use std::fs;

#[derive(Clone, Debug)]
struct Road {
    to: String,
    metres: u64,
    name: String,
}

#[derive(Clone, Debug)]
struct Network {
    roads: HashMap<String, Vec<Road>>,
    places: Vec<String>,
}

#[derive(Clone, Debug)]
struct Route {
    metres: u64,
    places: Vec<String>,
}

impl Network {
    fn parse(text: &str) -> (Network, Vec<(String, String)>) {
        let mut network = Network { roads: HashMap::new(), places: Vec::new() };
        let mut questions = Vec::new();
        for line in text.lines() {
            let fields: Vec<String> = line.split(';').map(|field| field.trim().to_string()).collect();
            if fields[0] == "road" {
                let metres: u64 = fields[3].parse().expect("metres are a number");
                network.add(&fields[1], &fields[2], metres, &fields[4]);
                network.add(&fields[2], &fields[1], metres, &fields[4]);
            } else if fields[0] == "route" {
                questions.push((fields[1].clone(), fields[2].clone()));
            }
        }
        network.places.sort();
        (network, questions)
    }

    fn add(&mut self, from: &String, to: &String, metres: u64, name: &String) {
        if !self.places.contains(from) {
            self.places.push(from.clone());
        }
        let road = Road { to: to.clone(), metres, name: name.clone() };
        self.roads.entry(from.clone()).or_insert(Vec::new()).push(road);
    }

    fn neighbours(&self, place: &String) -> Vec<Road> {
        match self.roads.get(place) {
            Some(roads) => roads.clone(),
            None => Vec::new(),
        }
    }

    /// Metres to each place that can be reached, and from where one comes there.
    fn distances(&self, start: &String) -> (HashMap<String, u64>, HashMap<String, String>) {
        let mut best: HashMap<String, u64> = HashMap::new();
        let mut before: HashMap<String, String> = HashMap::new();
        let mut open: Vec<String> = vec![start.clone()];
        let mut done: Vec<String> = Vec::new();
        best.insert(start.clone(), 0);
        while !open.is_empty() {
            let mut at = 0;
            for i in 0..open.len() {
                let (a, b) = (best[&open[i]], best[&open[at]]);
                if a < b || (a == b && open[i] < open[at]) {
                    at = i;
                }
            }
            let place = open.remove(at);
            done.push(place.clone());
            for road in self.neighbours(&place) {
                if done.contains(&road.to) {
                    continue;
                }
                let metres = best[&place] + road.metres;
                if !best.contains_key(&road.to) || metres < best[&road.to] {
                    best.insert(road.to.clone(), metres);
                    before.insert(road.to.clone(), place.clone());
                }
                if !open.contains(&road.to) {
                    open.push(road.to.clone());
                }
            }
        }
        (best, before)
    }

    fn route(&self, from: &String, to: &String) -> Option<Route> {
        let (best, before) = self.distances(from);
        if !best.contains_key(to) {
            return None;
        }
        let mut places = vec![to.clone()];
        let mut place = to.clone();
        while &place != from {
            place = before[&place].clone();
            places.insert(0, place.clone());
        }
        Some(Route { metres: best[to], places })
    }

    fn road_name(&self, from: &String, to: &String) -> String {
        let mut shortest: Option<Road> = None;
        for road in self.neighbours(from) {
            if &road.to == to && (shortest.is_none() || road.metres < shortest.clone().unwrap().metres) {
                shortest = Some(road.clone());
            }
        }
        shortest.map(|road| road.name).unwrap_or(String::from("?"))
    }

    fn describe(&self, route: &Route) -> String {
        let mut text = String::new();
        let mut last = String::new();
        for i in 1..route.places.len() {
            let name = self.road_name(&route.places[i - 1], &route.places[i]);
            if name != last {
                text = text + &format!(" {} to {},", name, route.places[i]);
            }
            last = name;
        }
        text.trim_end_matches(',').to_string()
    }
}

/// The place from which all others are nearest on average, among some.
fn centre(network: &Network, candidates: Vec<String>) -> Option<(String, f64)> {
    let mut found: Option<(String, f64)> = None;
    for place in candidates.iter() {
        let (best, _) = network.distances(place);
        let total: u64 = best.values().sum();
        let mean = total as f64 / best.len() as f64;
        if found.is_none() || mean < found.clone().unwrap().1 {
            found = Some((place.clone(), mean));
        }
    }
    found
}

fn main() {
    let path = env::args().nth(1).expect("usage: routes FILE");
    let text = fs::read_to_string(&path).expect("the file can be read");
    let (network, questions) = Network::parse(&text);
    println!("{} places", network.places.len());
    for (from, to) in questions.iter() {
        match network.route(from, to) {
            Some(route) => println!(
                "{} to {}: {} m over {} places:{}",
                from,
                to,
                route.metres,
                route.places.len(),
                network.describe(&route)
            ),
            None => println!("{} to {}: no way", from, to),
        }
    }
    let some: Vec<String> = network.places.iter().step_by(97).cloned().collect();
    if let Some((place, mean)) = centre(&network, some) {
        println!("centre {} {:.3}", place, mean);
    }
}
