// Resolves what packages need: picks versions, orders the installation, and says what most depends on.
package main

import (
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

type Need struct {
	Name       string
	Constraint string
}

type Package struct {
	Name    string
	Version string
	Needs   []Need
}

func versionParts(version string) []int {
	var parts []int
	for _, part := range strings.Split(version, ".") {
		number, err := strconv.Atoi(part)
		if err != nil {
			log.Fatalf("cannot read version %s", version)
		}
		parts = append(parts, number)
	}
	return parts
}

func compareVersions(a, b string) int {
	return slices.Compare(versionParts(a), versionParts(b))
}

func satisfies(version, constraint string) bool {
	match := regexp.MustCompile(`^(>=|<|=)\s*([0-9.]+)$`).FindStringSubmatch(constraint)
	if match == nil {
		return constraint == "*"
	}
	switch match[1] {
	case ">=":
		return compareVersions(version, match[2]) >= 0
	case "<":
		return compareVersions(version, match[2]) < 0
	default:
		return compareVersions(version, match[2]) == 0
	}
}

// The newest version that satisfies all constraints.
func pick(repository []Package, name string, constraints []string) (Package, bool) {
	var fitting []Package
	for _, candidate := range repository {
		fits := candidate.Name == name
		for _, constraint := range constraints {
			fits = fits && satisfies(candidate.Version, constraint)
		}
		if fits {
			fitting = append(fitting, candidate)
		}
	}
	sort.Slice(fitting, func(i, j int) bool {
		return compareVersions(fitting[i].Version, fitting[j].Version) > 0
	})
	if len(fitting) == 0 {
		return Package{}, false
	}
	return fitting[0], true
}

func sortedNames(chosen map[string]Package) []string {
	var names []string
	for name := range chosen {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Versions of a package and of all that it needs; constraints once seen stay.
func resolve(repository []Package, target string) (map[string]Package, error) {
	constraints := map[string][]string{}
	first, found := pick(repository, target, nil)
	if !found {
		return nil, fmt.Errorf("there is no %s", target)
	}
	chosen := map[string]Package{target: first}
	for changed := true; changed; {
		changed = false
		for _, name := range sortedNames(chosen) {
			for _, need := range chosen[name].Needs {
				if !slices.Contains(constraints[need.Name], need.Constraint) {
					constraints[need.Name] = append(constraints[need.Name], need.Constraint)
				}
				best, found := pick(repository, need.Name, constraints[need.Name])
				if !found {
					return nil, fmt.Errorf("no %s fits %s", need.Name, strings.Join(constraints[need.Name], ", "))
				}
				if chosen[need.Name].Version != best.Version {
					chosen[need.Name] = best
					changed = true
				}
			}
		}
	}
	return chosen, nil
}

// What comes first needs nothing of what comes later; what is in a circle is left out.
func installOrder(chosen map[string]Package) []string {
	var done []string
	for progress := true; progress; {
		progress = false
		for _, name := range sortedNames(chosen) {
			ready := !slices.Contains(done, name)
			for _, need := range chosen[name].Needs {
				ready = ready && slices.Contains(done, need.Name)
			}
			if ready {
				done = append(done, name)
				progress = true
			}
		}
	}
	return done
}

// All that a package needs, directly or by way of others.
func reachable(chosen map[string]Package, from string) []string {
	var seen []string
	queue := []string{from}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		for _, need := range chosen[name].Needs {
			if !slices.Contains(seen, need.Name) {
				seen = append(seen, need.Name)
				queue = append(queue, need.Name)
			}
		}
	}
	return seen
}

func mostNeeded(chosen map[string]Package) string {
	names := sortedNames(chosen)
	dependents := map[string]int{}
	for _, name := range names {
		for _, other := range names {
			if slices.Contains(reachable(chosen, other), name) {
				dependents[name]++
			}
		}
	}
	sort.SliceStable(names, func(i, j int) bool { return dependents[names[i]] > dependents[names[j]] })
	text := ""
	for i := 0; i < len(names) && i < 3; i++ {
		text += fmt.Sprintf(" %s (%d)", names[i], dependents[names[i]])
	}
	return text
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: deps FILE")
	}
	content, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var repository []Package
	for _, line := range strings.Split(string(content), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		switch fields[0] {
		case "package":
			repository = append(repository, Package{Name: fields[1], Version: fields[2]})
		case "needs":
			last := &repository[len(repository)-1]
			last.Needs = append(last.Needs, Need{fields[1], strings.Join(fields[2:], " ")})
		case "install":
			chosen, err := resolve(repository, fields[1])
			if err != nil {
				fmt.Printf("%s: %v\n", fields[1], err)
				continue
			}
			order := installOrder(chosen)
			fmt.Printf("%s: %d packages, most needed:%s\n", fields[1], len(chosen), mostNeeded(chosen))
			for _, name := range order {
				fmt.Printf("  %s %s\n", name, chosen[name].Version)
			}
			if len(order) < len(chosen) {
				fmt.Printf("  %d packages are in a circle\n", len(chosen)-len(order))
			}
		}
	}
}
