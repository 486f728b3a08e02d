// Checks a team's calendar: meetings that collide, busy hours per week, and the first free slot for those who ask for one.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

const layout = "2006-01-02 15:04"

type Meeting struct {
	Title   string
	Start   string
	Minutes int
	Room    string
	People  []string
}

type Request struct {
	Minutes int
	From    string
	Days    int
	People  []string
}

func parseTime(text string) time.Time {
	parsed, err := time.Parse(layout, text)
	if err != nil {
		log.Fatal(err)
	}
	return parsed
}

func (m Meeting) begin() time.Time {
	return parseTime(m.Start)
}

func (m Meeting) end() time.Time {
	return parseTime(m.Start).Add(time.Duration(m.Minutes) * time.Minute)
}

func (m Meeting) overlaps(from, to time.Time) bool {
	return m.begin().Before(to) && from.Before(m.end())
}

func (m Meeting) hasPerson(person string) bool {
	for _, other := range m.People {
		if strings.EqualFold(other, person) {
			return true
		}
	}
	return false
}

// Who or what two meetings both claim.
func shared(a, b Meeting) []string {
	var both []string
	for _, person := range a.People {
		if b.hasPerson(person) {
			both = append(both, person)
		}
	}
	if a.Room == b.Room && a.Room != "online" {
		both = append(both, "room "+a.Room)
	}
	sort.Strings(both)
	return both
}

func printConflicts(meetings []Meeting) {
	count := 0
	for i, a := range meetings {
		for j, b := range meetings {
			if i >= j {
				continue
			}
			both := shared(a, b)
			if len(both) > 0 && a.overlaps(b.begin(), b.end()) {
				count++
				fmt.Printf("%s: %s / %s: %s\n", b.begin().Format("Mon 02 Jan 15:04"), a.Title, b.Title, strings.Join(both, ", "))
			}
		}
	}
	fmt.Printf("%d conflicts\n", count)
}

func everyone(meetings []Meeting) []string {
	var people []string
	for _, meeting := range meetings {
		for _, person := range meeting.People {
			if !slices.Contains(people, strings.ToLower(person)) {
				people = append(people, strings.ToLower(person))
			}
		}
	}
	sort.Strings(people)
	return people
}

// Hours that each person spends in meetings, by the week of the year.
func printWeeks(meetings []Meeting) {
	for _, person := range everyone(meetings) {
		line := fmt.Sprintf("%-10s", person)
		for week := 1; week <= 53; week++ {
			minutes := 0
			for _, meeting := range meetings {
				_, own := meeting.begin().ISOWeek()
				if own == week && meeting.hasPerson(person) {
					minutes += meeting.Minutes
				}
			}
			if minutes > 0 {
				line += fmt.Sprintf(" w%d %.2f", week, float64(minutes)/60)
			}
		}
		fmt.Println(line)
	}
}

func isFree(meetings []Meeting, person string, from, to time.Time) bool {
	for _, meeting := range meetings {
		if meeting.overlaps(from, to) && meeting.hasPerson(person) {
			return false
		}
	}
	return true
}

// The first quarter of an hour, from nine to five, at which all can meet.
func findSlot(meetings []Meeting, request Request) string {
	for day := 0; day < request.Days; day++ {
		date := parseTime(request.From+" 09:00").AddDate(0, 0, day)
		if date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
			continue
		}
		for from := date; from.Hour() < 17; from = from.Add(15 * time.Minute) {
			to := from.Add(time.Duration(request.Minutes) * time.Minute)
			free := 0
			for _, person := range request.People {
				if isFree(meetings, person, from, to) {
					free++
				}
			}
			if free == len(request.People) {
				return from.Format("Mon 02 Jan 15:04")
			}
		}
	}
	return "none"
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: calendar FILE")
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var meetings []Meeting
	var requests []Request
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		fields := strings.Split(scanner.Text(), ";")
		minutes, err := strconv.Atoi(fields[2])
		if err != nil {
			log.Fatal(err)
		}
		people := strings.Split(fields[4], ", ")
		if fields[0] == "find" {
			days, _ := strconv.Atoi(fields[3])
			requests = append(requests, Request{minutes, fields[1], days, people})
		} else {
			meetings = append(meetings, Meeting{fields[0], fields[1], minutes, fields[3], people})
		}
	}
	sort.SliceStable(meetings, func(i, j int) bool { return meetings[i].begin().Before(meetings[j].begin()) })
	printConflicts(meetings)
	printWeeks(meetings)
	for _, request := range requests {
		fmt.Printf("%s, %d minutes: %s\n", strings.Join(request.People, ", "), request.Minutes, findSlot(meetings, request))
	}
}
