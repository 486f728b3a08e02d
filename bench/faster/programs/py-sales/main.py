"""Reads an export of sales and prints a report: totals, medians, repeat customers, likely duplicates."""

import sys
from datetime import datetime


class Sale:
    def __init__(self, number, time, customer, product, region, amount):
        self.number = number
        self.time = time
        self.customer = customer
        self.product = product
        self.region = region
        self.amount = amount

    def month(self):
        return self.time.strftime("%Y-%m")


def parse_line(line):
    """Fields of a line of CSV; a field may be quoted, and a quote in it is doubled."""
    fields = []
    field = ""
    quoted = False
    i = 0
    while i < len(line):
        c = line[i]
        if quoted:
            if c == '"' and i + 1 < len(line) and line[i + 1] == '"':
                field += '"'
                i += 1
            elif c == '"':
                quoted = False
            else:
                field += c
        elif c == '"':
            quoted = True
        elif c == ",":
            fields.append(field)
            field = ""
        else:
            field += c
        i += 1
    fields.append(field)
    return fields


def read_sales(path):
    sales = []
    with open(path) as file:
        lines = file.read().split("\n")
    header = lines[0].split(",")
    for line in lines[1:]:
        if line.strip() == "":
            continue
        row = parse_line(line)
        sales.append(
            Sale(
                row[header.index("number")],
                datetime.strptime(row[header.index("time")], "%Y-%m-%d %H:%M"),
                row[header.index("customer")],
                row[header.index("product")],
                row[header.index("region")],
                float(row[header.index("amount")]),
            )
        )
    return sales


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    if len(values) % 2 == 1:
        return values[middle]
    return (values[middle - 1] + values[middle]) / 2


def by_month(sales):
    months = []
    for sale in sales:
        if sale.month() not in months:
            months.append(sale.month())
    for month in sorted(months):
        amounts = [sale.amount for sale in sales if sale.month() == month]
        print(f"{month} {len(amounts):6d} {sum(amounts):12.2f} {median(amounts):8.2f}")


def by_region(sales):
    regions = {}
    for sale in sales:
        if sale.region not in regions.keys():
            regions[sale.region] = {"total": 0, "customers": [], "products": {}}
        entry = regions[sale.region]
        entry["total"] += sale.amount
        if sale.customer not in entry["customers"]:
            entry["customers"].append(sale.customer)
        entry["products"][sale.product] = entry["products"].get(sale.product, 0) + sale.amount
    for name in sorted(regions):
        entry = regions[name]
        best = sorted(entry["products"].items(), key=lambda item: (-item[1], item[0]))[0]
        print(f"{name:10} {entry['total']:12.2f} {len(entry['customers']):5d} customers, best {best[0]} {best[1]:.2f}")


def repeat_customers(sales):
    counts = {}
    for sale in sales:
        counts.setdefault(sale.customer, []).append(sale)
    ranking = []
    for customer in counts:
        visits = len(set([sale.time.date() for sale in counts[customer]]))
        total = 0
        for sale in counts[customer]:
            total = total + sale.amount
        ranking.append((visits, round(total, 2), customer))
    ranking.sort(key=lambda entry: (-entry[0], -entry[1], entry[2]))
    for visits, total, customer in ranking[:15]:
        print(f"{customer} came on {visits} days and spent {total}")


def duplicates(sales):
    """Sales of one customer and product within ten minutes of another."""
    found = []
    for i in range(len(sales)):
        for j in range(i + 1, min(i + 40, len(sales))):
            a = sales[i]
            b = sales[j]
            if a.customer == b.customer and a.product == b.product:
                if abs((b.time - a.time).total_seconds()) <= 600 and (a.number, b.number) not in found:
                    found.append((a.number, b.number))
    return found


def main():
    if len(sys.argv) != 2:
        print("usage: sales.py FILE", file=sys.stderr)
        sys.exit(2)
    sales = read_sales(sys.argv[1])
    print(f"{len(sales)} sales, {sum([sale.amount for sale in sales]):.2f} in all")
    by_month(sales)
    by_region(sales)
    repeat_customers(sales)
    pairs = duplicates(sales)
    print(f"{len(pairs)} pairs were probably entered twice")
    text = ""
    for first, second in pairs:
        text += f"{first}={second} "
    print(text.strip())


if __name__ == "__main__":
    main()
