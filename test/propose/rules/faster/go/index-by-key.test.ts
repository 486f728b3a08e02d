import { expect, it } from "vitest";

import { goIndexByKey } from "../../../../../src/propose/rules/faster/go/index-by-key.ts";
import { applied } from "../applied.ts";
import { go, rewritten } from "./run-go.ts";

const MORE = `type Order struct {
	Customer string
	Total, Seen int
}
type Shop struct {
	names []string
	orders []*Order
}
func made() []Order {
	return []Order{{"a", 1, 0}, {"b", 2, 0}, {"a", 3, 0}}
}
`;

it("finds rows of a slice that grows meanwhile", async () => {
  const after = await rewritten(
    goIndexByKey,
    go(
      `	var sums []*Order
	for _, o := range made() {
		var found *Order
		for _, s := range sums {
			if s.Customer == o.Customer {
				found = s
				break
			}
		}
		if found == nil {
			found = &Order{Customer: o.Customer}
			sums = append(sums, found)
		}
		found.Total += o.Total
	}
	for _, s := range sums {
		fmt.Println(s.Customer, s.Total)
	}`,
      { more: MORE },
    ),
  );
  expect(after).toContain("sumsByCustomer, sumsKnown := map[string][]int{}, 0");
  expect(after).toContain(
    "for _, at := range sumsByCustomer[o.Customer] {\n\t\t\ts := sums[at]\n\t\t\tif s.Customer == o.Customer {",
  );
});

it.each([
  [
    "places",
    '\torders := made()\n\tfor _, c := range []string{"a", "c"} {\n\t\tfor i := range orders {\n\t\t\tif orders[i].Total > 1 && c == orders[i].Customer {\n\t\t\t\tfmt.Println(i)\n\t\t\t}\n\t\t}\n\t}',
  ],
  [
    "places and elements",
    "\txs := []int{3, 1, 3}\n\tfor j := 0; j < len(xs); j++ {\n\t\tfor i, x := range xs {\n\t\t\tif x == xs[j] {\n\t\t\t\tfmt.Println(i, x)\n\t\t\t\tcontinue\n\t\t\t}\n\t\t}\n\t}",
  ],
  [
    "rows of a member",
    '\ts := &Shop{orders: []*Order{{"a", 1, 0}}}\n\tfor _, o := range made() {\n\t\tfor _, other := range s.orders {\n\t\t\tif other.Customer == o.Customer {\n\t\t\t\tother.Seen++\n\t\t\t\tfmt.Println(*other)\n\t\t\t}\n\t\t}\n\t}',
  ],
])("finds %s", async (_what, main) => {
  expect(await rewritten(goIndexByKey, go(main, { more: MORE }))).toContain("Known++");
});

const SCAN =
  "\t\tfor _, b := range orders {\n\t\t\tif b.Customer == a.Customer {\n\t\t\t\tfmt.Println(b)\n\t\t\t}\n\t\t}\n";
const around = (before: string, after = "", made = "made()") =>
  `\torders := ${made}\n\tfor _, a := range made() {\n${before}${SCAN}${after}\t}\n\tfmt.Println(len(orders))`;

it.each([
  ["a slice that is given other values", around("\t\torders = made()\n")],
  ["a slice that gets shorter", around("", "\t\torders = orders[1:]\n")],
  ["an element that is given another value", around("", "\t\torders[0] = a\n")],
  ["a key that changes", around("", "\t\torders[0].Customer = a.Customer\n")],
  ["a key that a function changes", around("", "\t\ttouch(&orders[0])\n")],
  ["a slice that is sorted", around("\t\tsort(orders)\n")],
  ["a slice with a second name", around("\t\tothers := orders\n\t\tothers[0] = a\n")],
  ["a slice of the loop's own", `\tfor _, a := range made() {\n\t\torders := made()\n${SCAN}\t}`],
  ["rows by number of a table", around("", "", "map[int]Order{}")],
  ["what an unknown function gives", around("", "", "unknown()")],
  ["another comparison", around("").replace("b.Customer ==", "b.Customer <")],
  ["an else", around("").replace("(b)\n\t\t\t}", "(b)\n\t\t\t} else {\n\t\t\t\tfmt.Println(a)\n\t\t\t}")],
  ["a scan without a loop around it", "\ta, orders := made()[0], made()\n" + SCAN],
])("leaves alone %s", async (_what, main) => {
  const more = `${MORE}func touch(o *Order) { o.Customer = "c" }\nfunc sort(os []Order) { os[0], os[1] = os[1], os[0] }\n`;
  expect([...(await applied(goIndexByKey, "main.go", go(main, { more }))).keys()]).toEqual([]);
});

it("is no scan without these", async () => {
  expect([...(await applied(goIndexByKey, "main.go", go(around(""), { more: MORE }))).keys()]).toHaveLength(1);
});
