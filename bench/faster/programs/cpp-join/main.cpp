// Joins orders with customers and products, all CSV, and prints a report by country and by month.
#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std;

struct Customer {
    string id;
    string name;
    string country;
};

struct Product {
    string code;
    string category;
    double price;
};

struct Order {
    string customer;
    string product;
    string date;
    int quantity;
};

struct Line {
    Customer customer;
    Product product;
    string month;
    double value;
};

vector<string> split(string text, char separator) {
    vector<string> fields;
    stringstream stream(text);
    string field;
    while (getline(stream, field, separator))
        fields.push_back(field);
    return fields;
}

string trim(string text) {
    while (!text.empty() && isspace(text.front()))
        text.erase(text.begin());
    while (!text.empty() && isspace(text.back()))
        text.pop_back();
    return text;
}

vector<vector<string>> section(string path, string name) {
    ifstream file(path);
    vector<vector<string>> rows;
    string line;
    bool inside = false;
    while (getline(file, line)) {
        if (line.rfind("[", 0) == 0) {
            inside = line == "[" + name + "]";
            continue;
        }
        if (!inside || trim(line).empty())
            continue;
        vector<string> fields;
        for (auto field : split(line, ','))
            fields.push_back(trim(field));
        rows.push_back(fields);
    }
    return rows;
}

Customer findCustomer(vector<Customer> customers, string id) {
    for (auto customer : customers)
        if (customer.id == id)
            return customer;
    throw runtime_error("no customer " + id);
}

const Product &findProduct(const vector<Product> &products, const string &code) {
    for (const auto &product : products)
        if (product.code == code)
            return product;
    throw runtime_error("no product " + code);
}

vector<Line> join(const vector<Order> &orders, const vector<Customer> &customers, const vector<Product> &products) {
    vector<Line> lines;
    for (size_t i = 0; i < orders.size(); i++) {
        Order order = orders[i];
        Line line;
        line.customer = findCustomer(customers, order.customer);
        line.product = findProduct(products, order.product);
        line.month = order.date.substr(0, 7);
        line.value = line.product.price * order.quantity;
        lines.push_back(line);
    }
    return lines;
}

double median(vector<double> values) {
    sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void printCountries(vector<Line> lines) {
    map<string, vector<double>> values;
    for (auto line : lines)
        values[line.customer.country].push_back(line.value);
    for (auto entry : values) {
        double sum = 0;
        for (double value : entry.second)
            sum += value;
        cout << left << setw(12) << entry.first << right << setw(14) << sum << setw(10) << median(entry.second) << endl;
    }
}

void printMonths(vector<Line> lines) {
    vector<string> months;
    for (auto line : lines)
        if (find(months.begin(), months.end(), line.month) == months.end())
            months.push_back(line.month);
    sort(months.begin(), months.end());
    for (auto month : months) {
        map<string, double> byCategory;
        for (auto line : lines)
            if (line.month == month)
                byCategory[line.product.category] += line.value;
        cout << month;
        for (auto entry : byCategory)
            cout << "  " << entry.first << " " << entry.second;
        cout << endl;
    }
}

void printBest(const vector<Line> &lines) {
    map<string, double> totals;
    map<string, string> names;
    for (const auto &line : lines) {
        totals[line.customer.id] += line.value;
        names[line.customer.id] = line.customer.name;
    }
    vector<pair<string, double>> ranking(totals.begin(), totals.end());
    sort(ranking.begin(), ranking.end(), [&](pair<string, double> a, pair<string, double> b) {
        if (a.second != b.second)
            return a.second > b.second;
        return names[a.first] < names[b.first];
    });
    for (size_t i = 0; i < ranking.size() && i < 200; i++)
        cout << i + 1 << ". " << names[ranking[i].first] << " " << ranking[i].second << endl;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        cerr << "usage: join FILE" << endl;
        return 2;
    }
    string path = argv[1];
    vector<Customer> customers;
    for (auto row : section(path, "customers"))
        customers.push_back({row[0], row[1], row[2]});
    vector<Product> products;
    for (auto row : section(path, "products"))
        products.push_back({row[0], row[1], stod(row[2])});
    vector<Order> orders;
    for (auto row : section(path, "orders"))
        orders.push_back({row[0], row[1], row[2], stoi(row[3])});
    cout << fixed << setprecision(2);
    auto lines = join(orders, customers, products);
    printCountries(lines);
    printMonths(lines);
    printBest(lines);
    return 0;
}
