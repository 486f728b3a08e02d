/* Runs scripts of a small language: variables, arithmetic, while, if and print. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINES 8000
#define MAX_TOKENS 64

struct variable {
    char name[32];
    long value;
    struct variable *next;
};

struct tokens {
    char *items[MAX_TOKENS];
    int count;
    int at;
};

static char *lines[MAX_LINES];
static int line_count = 0;
static struct variable *variables = NULL;
static long executed = 0;

static void fail(const char *what, const char *where) {
    printf("error: %s in \"%s\"\n", what, where);
    exit(1);
}

static struct variable *find_variable(const char *name) {
    for (struct variable *v = variables; v != NULL; v = v->next)
        if (strcmp(v->name, name) == 0)
            return v;
    return NULL;
}

static void set_variable(const char *name, long value) {
    if (find_variable(name) != NULL) {
        find_variable(name)->value = value;
        return;
    }
    struct variable *fresh = calloc(1, sizeof(struct variable));
    strncpy(fresh->name, name, sizeof fresh->name - 1);
    fresh->value = value;
    fresh->next = variables;
    variables = fresh;
}

static char *copy_part(const char *text, size_t length) {
    char *copy = calloc(length + 1, 1);
    return memcpy(copy, text, length);
}

static struct tokens tokenize(const char *line) {
    struct tokens result = {.count = 0, .at = 0};
    for (size_t i = 0; i < strlen(line);) {
        size_t length = 1;
        if (isspace((unsigned char)line[i])) {
            i++;
            continue;
        }
        if (isalnum((unsigned char)line[i])) {
            while (isalnum((unsigned char)line[i + length]) || line[i + length] == '_')
                length++;
        } else if (strncmp(line + i, "==", 2) == 0) {
            length = 2;
        }
        if (result.count == MAX_TOKENS)
            fail("too many tokens", line);
        result.items[result.count++] = copy_part(line + i, length);
        i += length;
    }
    return result;
}

static void free_tokens(struct tokens *tokens) {
    for (int i = 0; i < tokens->count; i++)
        free(tokens->items[i]);
}

static const char *peek(struct tokens *tokens) {
    return tokens->at < tokens->count ? tokens->items[tokens->at] : "";
}

static int accept(struct tokens *tokens, const char *text) {
    if (strcmp(peek(tokens), text) != 0)
        return 0;
    tokens->at++;
    return 1;
}

static const char *OPERATORS[4][5] = {{"==", "<", ">"}, {"+", "-"}, {"*", "/", "%"}, {NULL}};

static long apply(const char *operator, long a, long b) {
    if ((operator[0] == '/' || operator[0] == '%') && b == 0)
        fail("division by zero", operator);
    switch (operator[0]) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return a / b;
    case '%': return a % b;
    case '<': return a < b;
    case '>': return a > b;
    default: return a == b;
    }
}

/* An expression of operators that bind at least as tightly as a level. */
static long evaluate(struct tokens *tokens, int level) {
    if (OPERATORS[level][0] == NULL) {
        if (accept(tokens, "(")) {
            long value = evaluate(tokens, 0);
            if (!accept(tokens, ")"))
                fail("expected )", peek(tokens));
            return value;
        }
        const char *token = peek(tokens);
        tokens->at++;
        if (isdigit((unsigned char)token[0]))
            return atol(token);
        if (find_variable(token) == NULL)
            fail("unknown variable", token);
        return find_variable(token)->value;
    }
    long value = evaluate(tokens, level + 1);
    for (int i = 0; OPERATORS[level][i] != NULL; i++) {
        if (accept(tokens, OPERATORS[level][i])) {
            value = apply(OPERATORS[level][i], value, evaluate(tokens, level + 1));
            i = -1; /* another one may follow */
        }
    }
    return value;
}

/* The line of the end that belongs to a while or an if. */
static int find_end(int from) {
    int depth = 0;
    for (int i = from; i < line_count; i++) {
        struct tokens tokens = tokenize(lines[i]);
        if (strcmp(peek(&tokens), "while") == 0 || strcmp(peek(&tokens), "if") == 0)
            depth++;
        else if (strcmp(peek(&tokens), "end") == 0)
            depth--;
        free_tokens(&tokens);
        if (depth == 0)
            return i;
    }
    fail("no end for", lines[from]);
    return -1;
}

static void run(int from, int to) {
    for (int i = from; i < to; i++) {
        struct tokens tokens = tokenize(lines[i]);
        executed++;
        if (accept(&tokens, "while")) {
            int end = find_end(i);
            if (evaluate(&tokens, 0)) {
                run(i + 1, end);
                i--;
            } else {
                i = end;
            }
        } else if (accept(&tokens, "if")) {
            int end = find_end(i);
            if (evaluate(&tokens, 0))
                run(i + 1, end);
            i = end;
        } else if (accept(&tokens, "print")) {
            printf("%ld\n", evaluate(&tokens, 0));
        } else if (accept(&tokens, "let")) {
            const char *name = peek(&tokens);
            tokens.at++;
            if (!accept(&tokens, "="))
                fail("expected =", lines[i]);
            set_variable(name, evaluate(&tokens, 0));
        } else if (tokens.count > 0 && strcmp(peek(&tokens), "#") != 0) {
            fail("expected a statement", lines[i]);
        }
        free_tokens(&tokens);
    }
}

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: script FILE\n");
        return 2;
    }
    char line[1000];
    while (fgets(line, sizeof line, file) != NULL && line_count < MAX_LINES)
        lines[line_count++] = copy_part(line, strlen(line));
    fclose(file);
    run(0, line_count);
    printf("%ld statements\n", executed);
    return 0;
}
