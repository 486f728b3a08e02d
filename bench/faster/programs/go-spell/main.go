// Suggests corrections: for each word of a text that the dictionary lacks, the three nearest words.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
	"unicode"
)

type Suggestion struct {
	Word     string
	Distance int
	Rank     int
}

type Speller struct {
	words []string
}

func min3(a, b, c int) int {
	if a <= b && a <= c {
		return a
	}
	if b <= c {
		return b
	}
	return c
}

// Edit distance in which a swap of neighbours counts once.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	table := make([][]int, len(s)+1)
	for i := range table {
		table[i] = make([]int, len(t)+1)
		table[i][0] = i
	}
	for j := 0; j <= len(t); j++ {
		table[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			table[i][j] = min3(table[i-1][j]+1, table[i][j-1]+1, table[i-1][j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				if table[i-2][j-2]+1 < table[i][j] {
					table[i][j] = table[i-2][j-2] + 1
				}
			}
		}
	}
	return table[len(s)][len(t)]
}

func (s *Speller) knows(word string) bool {
	for _, known := range s.words {
		if strings.ToLower(known) == strings.ToLower(word) {
			return true
		}
	}
	return false
}

func (s *Speller) suggest(word string) []Suggestion {
	var suggestions []Suggestion
	for rank, known := range s.words {
		d := distance(strings.ToLower(word), strings.ToLower(known))
		suggestions = append(suggestions, Suggestion{known, d, rank})
	}
	sort.Slice(suggestions, func(i, j int) bool {
		if suggestions[i].Distance != suggestions[j].Distance {
			return suggestions[i].Distance < suggestions[j].Distance
		}
		return suggestions[i].Rank < suggestions[j].Rank
	})
	return suggestions[:3]
}

func wordsOf(line string) []string {
	var words []string
	current := ""
	for _, r := range line {
		if unicode.IsLetter(r) || r == '\'' {
			current += string(r)
		} else if current != "" {
			words = append(words, current)
			current = ""
		}
	}
	if current != "" {
		words = append(words, current)
	}
	return words
}

func read(name string) ([]string, []string) {
	file, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var dictionary, text []string
	inText := false
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		line := strings.TrimSpace(scanner.Text())
		if line == "---" {
			inText = true
		} else if inText {
			text = append(text, line)
		} else if line != "" {
			dictionary = append(dictionary, line)
		}
	}
	return dictionary, text
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: spell FILE")
	}
	dictionary, text := read(os.Args[1])
	speller := &Speller{words: dictionary}
	total, wrong := 0, 0
	for number, line := range text {
		for _, word := range wordsOf(line) {
			total++
			if speller.knows(word) {
				continue
			}
			wrong++
			var parts []string
			for _, s := range speller.suggest(word) {
				parts = append(parts, fmt.Sprintf("%s (%d)", s.Word, s.Distance))
			}
			fmt.Printf("%d: %s → %s\n", number+1, word, strings.Join(parts, ", "))
		}
	}
	fmt.Printf("%d of %d words are not in the dictionary\n", wrong, total)
}
