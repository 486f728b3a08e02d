//! Reconciles invoices with what the bank received, and prints who still owes what and for how long.
use std::collections::HashMap;
use std::env;
use std::fs;

#[derive(Clone)]
struct Invoice {
    number: String,
    customer: String,
    date: String,
    cents: i64,
    open: i64,
}

#[derive(Clone)]
struct Payment {
    date: String,
    cents: i64,
    reference: String,
}

#[derive(Clone)]
struct Match {
    payment: Payment,
    invoices: Vec<String>,
    reason: String,
}

fn to_cents(text: &str) -> i64 {
    let parts: Vec<String> = text.split('.').map(|part| part.to_string()).collect();
    parts[0].parse::<i64>().unwrap() * 100 + parts[1].parse::<i64>().unwrap()
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Days since the year 2000.
fn days(date: &str) -> i64 {
    let parts: Vec<i64> = date.split('-').map(|part| part.parse().unwrap()).collect();
    let mut total = 0;
    for year in 2000..parts[0] {
        total += if year % 4 == 0 { 366 } else { 365 };
    }
    let lengths = vec![31, if parts[0] % 4 == 0 { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for month in 1..parts[1] {
        total += lengths[month as usize - 1];
    }
    total + parts[2] - 1
}

/// Lower case, single spaces, nothing but letters and digits.
fn plain(text: &str) -> String {
    let mut result = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            result = format!("{}{}", result, c.to_lowercase());
        } else if !result.ends_with(' ') {
            result.push(' ');
        }
    }
    result.trim().to_string()
}

/// Invoices that are not paid and not younger than the payment.
fn open_at(invoices: &Vec<Invoice>, payment: &Payment) -> Vec<Invoice> {
    invoices.iter().filter(|invoice| invoice.open > 0 && days(&invoice.date) <= days(&payment.date)).cloned().collect()
}

fn find_match(invoices: &Vec<Invoice>, payment: &Payment) -> Option<Match> {
    let found = |numbers: Vec<String>, reason: &str| {
        Some(Match { payment: payment.clone(), invoices: numbers, reason: reason.to_string() })
    };
    let open = open_at(invoices, payment);
    for invoice in open.clone() {
        let words: Vec<String> = plain(&payment.reference).split(' ').map(|word| word.to_string()).collect();
        if words.contains(&plain(&invoice.number)) {
            let reason = if invoice.open == payment.cents { "number" } else { "number, other amount" };
            return found(vec![invoice.number.clone()], reason);
        }
    }
    let own: Vec<Invoice> = open
        .clone()
        .into_iter()
        .filter(|invoice| plain(&payment.reference).contains(&plain(&invoice.customer)))
        .collect();
    for invoice in &own {
        if invoice.open == payment.cents {
            return found(vec![invoice.number.clone()], "amount");
        }
    }
    for first in &own {
        for second in &own {
            if first.number < second.number && first.open + second.open == payment.cents {
                return found(vec![first.number.clone(), second.number.clone()], "sum of two");
            }
            for third in &own {
                if first.number < second.number
                    && second.number < third.number
                    && first.open + second.open + third.open == payment.cents
                {
                    let numbers = vec![first.number.clone(), second.number.clone(), third.number.clone()];
                    return found(numbers, "sum of three");
                }
            }
        }
    }
    None
}

/// Takes a payment off its invoices; what is too much is kept by nobody.
fn settle(invoices: &mut Vec<Invoice>, matched: &Match) {
    let mut left = matched.payment.cents;
    for number in matched.invoices.clone() {
        let invoice = invoices.iter_mut().find(|invoice| invoice.number == number).unwrap();
        let paid = left.min(invoice.open);
        invoice.open -= paid;
        left -= paid;
    }
}

fn print_debts(invoices: &Vec<Invoice>, today: &str) {
    let mut customers: Vec<String> = Vec::new();
    for invoice in invoices {
        if !customers.contains(&invoice.customer) {
            customers.push(invoice.customer.clone());
        }
    }
    customers.sort();
    for customer in customers {
        let mut line = format!("{:<24}", customer);
        for (least, most) in [(0, 30), (31, 60), (61, 100_000)] {
            let owed: i64 = invoices
                .clone()
                .into_iter()
                .filter(|invoice| invoice.customer == customer)
                .filter(|invoice| {
                    let age = days(today) - days(&invoice.date);
                    age >= least && age <= most
                })
                .map(|invoice| invoice.open)
                .sum();
            line = format!("{line} {:>12}", money(owed));
        }
        println!("{line}");
    }
}

fn main() {
    let path = env::args().nth(1).expect("usage: ledger FILE");
    let text = fs::read_to_string(path).expect("the file can be read");
    let mut invoices: Vec<Invoice> = Vec::new();
    let mut payments: Vec<Payment> = Vec::new();
    for line in text.lines() {
        let fields: Vec<String> = line.split(';').map(|field| field.trim().to_string()).collect();
        if fields[0] == "invoice" {
            let [number, customer, date] = [1, 2, 3].map(|i| fields[i].clone());
            let cents = to_cents(&fields[4]);
            invoices.push(Invoice { number, customer, date, cents, open: cents });
        } else {
            payments.push(Payment {
                date: fields[1].clone(),
                cents: to_cents(&fields[2]),
                reference: fields[3].clone(),
            });
        }
    }
    payments.sort_by_key(|payment| days(&payment.date));
    let mut reasons: HashMap<String, i64> = HashMap::new();
    for payment in &payments {
        match find_match(&invoices, payment) {
            Some(matched) => {
                settle(&mut invoices, &matched);
                *reasons.entry(matched.reason.clone()).or_insert(0) += 1;
                println!(
                    "{} {} pays {} ({})",
                    payment.date,
                    money(payment.cents),
                    matched.invoices.join(" + "),
                    matched.reason
                );
            }
            None => println!("{} {} is for nothing known: {}", payment.date, money(payment.cents), payment.reference),
        }
    }
    let mut counted: Vec<(String, i64)> = reasons.into_iter().collect();
    counted.sort();
    for (reason, count) in counted {
        println!("{count} by {reason}");
    }
    print_debts(&invoices, &payments.last().expect("a payment").date);
    let billed: i64 = invoices.iter().map(|invoice| invoice.cents).sum();
    let open: i64 = invoices.iter().map(|invoice| invoice.open).sum();
    println!("{} of {} is open", money(open), money(billed));
}
