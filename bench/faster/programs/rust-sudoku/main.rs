//! Solves sudokus, says whether they have one solution, and rates how hard they are.
use std::env;
use std::fs;

#[derive(Clone, PartialEq)]
struct Board {
    cells: Vec<Vec<Option<u8>>>,
}

struct Search {
    solutions: Vec<Board>,
    guesses: usize,
    most: usize,
}

impl Board {
    fn parse(text: &str) -> Board {
        let mut cells = Vec::new();
        for row in 0..9 {
            let mut line = Vec::new();
            for column in 0..9 {
                let c = text.chars().nth(row * 9 + column).expect("81 cells");
                line.push(c.to_digit(10).filter(|digit| *digit > 0).map(|digit| digit as u8));
            }
            cells.push(line);
        }
        Board { cells }
    }

    fn show(&self) -> String {
        let mut text = String::new();
        for row in &self.cells {
            for cell in row {
                text += &cell.map_or(".".to_string(), |digit| digit.to_string());
            }
        }
        text
    }

    fn row(&self, row: usize) -> Vec<u8> {
        self.cells[row].iter().filter_map(|cell| *cell).collect()
    }

    fn column(&self, column: usize) -> Vec<u8> {
        self.cells.iter().filter_map(|row| row[column]).collect()
    }

    /// The digits of the three by three square around a cell.
    fn square(&self, row: usize, column: usize) -> Vec<u8> {
        let mut digits = Vec::new();
        for r in 0..9 {
            for c in 0..9 {
                if r / 3 == row / 3 && c / 3 == column / 3 {
                    if let Some(digit) = self.cells[r][c] {
                        digits.push(digit);
                    }
                }
            }
        }
        digits
    }

    /// The digits that a cell can have.
    fn candidates(&self, row: usize, column: usize) -> Vec<u8> {
        let mut found = Vec::new();
        for digit in 1..=9 {
            if !self.row(row).contains(&digit)
                && !self.column(column).contains(&digit)
                && !self.square(row, column).contains(&digit)
            {
                found.push(digit);
            }
        }
        found
    }

    fn empty_cells(&self) -> Vec<(usize, usize)> {
        let mut empty = Vec::new();
        for row in 0..9 {
            for column in 0..9 {
                if self.cells[row][column].is_none() {
                    empty.push((row, column));
                }
            }
        }
        empty
    }

    fn is_valid(&self) -> bool {
        for row in 0..9 {
            for column in 0..9 {
                if let Some(digit) = self.cells[row][column] {
                    let mut without = self.clone();
                    without.cells[row][column] = None;
                    if !without.candidates(row, column).contains(&digit) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Fills what has only one candidate, as often as something has; answers how many it filled.
    fn fill_singles(&mut self) -> usize {
        let mut filled = 0;
        loop {
            let mut changed = false;
            for (row, column) in self.empty_cells() {
                let candidates = self.candidates(row, column);
                if candidates.len() == 1 {
                    self.cells[row][column] = Some(candidates[0]);
                    filled += 1;
                    changed = true;
                }
            }
            if !changed {
                return filled;
            }
        }
    }
}

fn solve(board: Board, search: &mut Search) {
    if search.solutions.len() >= search.most {
        return;
    }
    let empty = board.empty_cells();
    if empty.is_empty() {
        if board.is_valid() && !search.solutions.contains(&board) {
            search.solutions.push(board.clone());
        }
        return;
    }
    let (row, column) = empty[0];
    for digit in board.candidates(row, column) {
        let mut next = board.clone();
        next.cells[row][column] = Some(digit);
        search.guesses += 1;
        solve(next, search);
    }
}

fn rating(guesses: usize) -> String {
    match guesses {
        0 => "easy".to_string(),
        1..=200 => "medium".to_string(),
        201..=2000 => "hard".to_string(),
        _ => "very hard".to_string(),
    }
}

fn main() {
    let path = env::args().nth(1).expect("usage: sudoku FILE");
    let text = fs::read_to_string(path).expect("the file can be read");
    let mut ratings: Vec<String> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let board = Board::parse(line);
        if !board.is_valid() {
            println!("{}: breaks the rules", number + 1);
            continue;
        }
        let mut simple = board.clone();
        let filled = simple.fill_singles();
        let mut search = Search { solutions: Vec::new(), guesses: 0, most: 10 };
        solve(simple, &mut search);
        let rated = rating(search.guesses);
        ratings.push(rated.clone());
        println!("{}: {rated}, {filled} filled at once, {} guesses", number + 1, search.guesses);
        match search.solutions.len() {
            0 => println!("  no solution"),
            count => println!("  {}, {count} of at most 10 solutions", search.solutions[0].show()),
        }
    }
    for name in ["easy", "medium", "hard", "very hard"] {
        println!("{name}: {}", ratings.iter().filter(|rated| *rated == name).count());
    }
}
