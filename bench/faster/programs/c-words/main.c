/* Counts the words of a text: the most frequent ones, how long words are, and which are seen once. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *word;
    int count;
    int first_line;
    struct entry *next;
};

static struct entry *entries = NULL;
static int distinct = 0;
static long total = 0;

static char *copy_text(const char *text) {
    char *copy = malloc(strlen(text) + 1);
    if (copy == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    strcpy(copy, text);
    return copy;
}

/* Lower case, without what is no letter or digit at either end. */
static void normalize(char *word) {
    char clean[256] = "";
    for (size_t i = 0; i < strlen(word); i++) {
        if (isalnum((unsigned char)word[i]) || word[i] == '\'') {
            char letter[2] = {(char)tolower((unsigned char)word[i]), '\0'};
            strcat(clean, letter);
        }
    }
    size_t from = 0;
    while (clean[from] == '\'')
        from++;
    size_t to = strlen(clean);
    while (to > from && clean[to - 1] == '\'')
        to--;
    memmove(word, clean + from, to - from);
    word[to - from] = '\0';
}

static void add_word(const char *word, int line) {
    total++;
    struct entry *last = NULL;
    for (struct entry *e = entries; e != NULL; e = e->next) {
        if (strcmp(e->word, word) == 0) {
            e->count++;
            return;
        }
        last = e;
    }
    struct entry *fresh = malloc(sizeof(struct entry));
    fresh->word = copy_text(word);
    fresh->count = 1;
    fresh->first_line = line;
    fresh->next = NULL;
    if (last == NULL)
        entries = fresh;
    else
        last->next = fresh;
    distinct++;
}

static int is_before(const struct entry *a, const struct entry *b) {
    if (a->count != b->count)
        return a->count > b->count;
    return strcmp(a->word, b->word) < 0;
}

static struct entry **sorted(void) {
    struct entry **list = malloc(sizeof(struct entry *) * (size_t)distinct);
    int n = 0;
    for (struct entry *e = entries; e != NULL; e = e->next)
        list[n++] = e;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j + 1 < n; j++) {
            if (is_before(list[j + 1], list[j])) {
                struct entry *swap = list[j];
                list[j] = list[j + 1];
                list[j + 1] = swap;
            }
        }
    }
    return list;
}

static void print_lengths(struct entry **list) {
    printf("lengths\n");
    for (int length = 1; length <= 20; length++) {
        long words = 0;
        for (int i = 0; i < distinct; i++)
            if ((int)strlen(list[i]->word) == length)
                words += list[i]->count;
        if (words > 0)
            printf("%3d %7ld %6.2f%%\n", length, words, 100.0 * (double)words / (double)total);
    }
}

static void print_rare(struct entry **list) {
    int seen = 0;
    for (int i = 0; i < distinct; i++)
        if (list[i]->count == 1)
            seen++;
    printf("%d words are seen once, such as\n", seen);
    int shown = 0;
    for (int i = 0; i < distinct && shown < 10; i++) {
        if (list[i]->count == 1) {
            printf("  %s (line %d)\n", list[i]->word, list[i]->first_line);
            shown++;
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: words FILE\n");
        return 2;
    }
    FILE *file = fopen(argv[1], "r");
    if (file == NULL) {
        perror(argv[1]);
        return 1;
    }
    char line[4096];
    int number = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        number++;
        char *word = strtok(line, " \t\n");
        while (word != NULL) {
            if (strlen(word) < 200) {
                normalize(word);
                if (strlen(word) > 0)
                    add_word(word, number);
            }
            word = strtok(NULL, " \t\n");
        }
    }
    fclose(file);
    struct entry **list = sorted();
    printf("%ld words, %d different, %d lines\n", total, distinct, number);
    for (int i = 0; i < 25 && i < distinct; i++)
        printf("%6d %s\n", list[i]->count, list[i]->word);
    print_lengths(list);
    print_rare(list);
    return 0;
}
