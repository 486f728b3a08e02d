// Reads a web server's access log and reports on it: paths, clients, minutes, slow requests, errors.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

type Request struct {
	Client string
	When   time.Time
	Method string
	Path   string
	Query  string
	Status int
	Bytes  int
	Millis float64
	Agent  string
}

type PathStats struct {
	Path    string
	Count   int
	Bytes   int
	Millis  []float64
	Clients []string
}

func parseLine(line string) (Request, error) {
	pattern := regexp.MustCompile(`^(\S+) - \S+ \[([^\]]+)\] "(\w+) (\S+) HTTP/[\d.]+" (\d+) (\d+) ([\d.]+) "([^"]*)"$`)
	match := pattern.FindStringSubmatch(line)
	if match == nil {
		return Request{}, fmt.Errorf("cannot read %q", line)
	}
	when, err := time.Parse("02/Jan/2006:15:04:05 -0700", match[2])
	if err != nil {
		return Request{}, err
	}
	status, _ := strconv.Atoi(match[5])
	bytes, _ := strconv.Atoi(match[6])
	seconds, _ := strconv.ParseFloat(match[7], 64)
	path, query := match[4], ""
	if at := strings.Index(path, "?"); at >= 0 {
		path, query = path[:at], path[at+1:]
	}
	return Request{match[1], when, match[3], cleanPath(path), query, status, bytes, seconds * 1000, match[8]}, nil
}

// Numbers in a path are the same place: /user/17 is /user/:id.
func cleanPath(path string) string {
	digits := regexp.MustCompile(`^\d+$`)
	result := ""
	for _, part := range strings.Split(path, "/") {
		if part == "" {
			continue
		}
		if digits.MatchString(part) {
			part = ":id"
		}
		result = result + "/" + part
	}
	if result == "" {
		return "/"
	}
	return result
}

func readRequests(name string) []Request {
	file, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var requests []Request
	bad := 0
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		request, err := parseLine(scanner.Text())
		if err != nil {
			bad++
			continue
		}
		requests = append(requests, request)
	}
	fmt.Printf("%d requests, %d lines that cannot be read\n", len(requests), bad)
	return requests
}

func contains(list []string, text string) bool {
	for _, item := range list {
		if item == text {
			return true
		}
	}
	return false
}

func byPath(requests []Request) []*PathStats {
	var stats []*PathStats
	for _, request := range requests {
		var found *PathStats
		for _, s := range stats {
			if s.Path == request.Path {
				found = s
			}
		}
		if found == nil {
			found = &PathStats{Path: request.Path}
			stats = append(stats, found)
		}
		found.Count++
		found.Bytes += request.Bytes
		found.Millis = append(found.Millis, request.Millis)
		if !contains(found.Clients, request.Client) {
			found.Clients = append(found.Clients, request.Client)
		}
	}
	sort.Slice(stats, func(i, j int) bool {
		if stats[i].Count != stats[j].Count {
			return stats[i].Count > stats[j].Count
		}
		return stats[i].Path < stats[j].Path
	})
	return stats
}

func percentile(values []float64, p float64) float64 {
	sorted := make([]float64, len(values))
	copy(sorted, values)
	sort.Float64s(sorted)
	return sorted[int(p*float64(len(sorted)-1))]
}

func printMinutes(requests []Request) {
	counts := map[string]int{}
	errors := map[string]int{}
	for _, request := range requests {
		minute := request.When.Format("2006-01-02 15:04")
		counts[minute]++
		if request.Status >= 500 {
			errors[minute]++
		}
	}
	var minutes []string
	for minute := range counts {
		minutes = append(minutes, minute)
	}
	sort.Strings(minutes)
	busiest := ""
	for _, minute := range minutes {
		if busiest == "" || counts[minute] > counts[busiest] {
			busiest = minute
		}
	}
	fmt.Printf("%d minutes, busiest %s with %d\n", len(minutes), busiest, counts[busiest])
	for _, minute := range minutes {
		if errors[minute] > 1 {
			fmt.Printf("  %s %d errors of %d\n", minute, errors[minute], counts[minute])
		}
	}
}

func printBots(requests []Request) {
	agents := map[string]int{}
	for _, request := range requests {
		agent := strings.ToLower(request.Agent)
		if strings.Contains(agent, "bot") || strings.Contains(agent, "crawler") || strings.Contains(agent, "spider") {
			agents[strings.Fields(agent)[0]]++
		}
	}
	var names []string
	for name := range agents {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("bot %s %d\n", name, agents[name])
	}
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: logs FILE")
	}
	requests := readRequests(os.Args[1])
	for _, s := range byPath(requests) {
		p := []float64{0.5, 0.9, 0.99}
		fmt.Printf("%-28s %6d %9d B %5d clients", s.Path, s.Count, s.Bytes, len(s.Clients))
		for _, q := range p {
			fmt.Printf(" %8.1f", percentile(s.Millis, q))
		}
		fmt.Println()
	}
	printMinutes(requests)
	printBots(requests)
}
