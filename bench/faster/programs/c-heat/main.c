/* Heat in a plate of several materials: explicit steps, a source that pulses, losses at the rim. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MATERIALS 4

struct grid {
    int width;
    int height;
    double *cells;
};

struct settings {
    int width, height, steps;
    double dt;
    unsigned seed;
};

static const double conductivity[MATERIALS] = {0.9, 0.35, 0.12, 0.6};
static const double capacity[MATERIALS] = {1.0, 1.4, 0.8, 2.1};

static struct grid new_grid(int width, int height) {
    struct grid g = {width, height, calloc((size_t)width * (size_t)height, sizeof(double))};
    if (g.cells == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return g;
}

static double get(struct grid g, int x, int y) {
    if (x < 0)
        x = 0;
    if (y < 0)
        y = 0;
    if (x >= g.width)
        x = g.width - 1;
    if (y >= g.height)
        y = g.height - 1;
    return g.cells[y * g.width + x];
}

static void set(struct grid g, int x, int y, double value) {
    g.cells[y * g.width + x] = value;
}

static unsigned next_random(unsigned *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Blocks of material, some of them laid over others. */
static void lay_materials(struct grid plate, unsigned seed) {
    unsigned state = seed;
    for (int block = 0; block < 40; block++) {
        int x0 = (int)(next_random(&state) % (unsigned)plate.width);
        int y0 = (int)(next_random(&state) % (unsigned)plate.height);
        int w = 4 + (int)(next_random(&state) % 24);
        int h = 4 + (int)(next_random(&state) % 24);
        double material = (double)(next_random(&state) % MATERIALS);
        for (int y = y0; y < y0 + h && y < plate.height; y++)
            for (int x = x0; x < x0 + w && x < plate.width; x++)
                set(plate, x, y, material);
    }
}

static double source(int x, int y, int width, int height, double time) {
    double dx = (x - width / 3.0) / width;
    double dy = (y - height / 2.0) / height;
    double distance = sqrt(pow(dx, 2) + pow(dy, 2));
    return 40.0 * exp(-distance * 30.0) * (1.0 + 0.5 * sin(time * 3.0));
}

static double between(struct grid plate, int x1, int y1, int x2, int y2) {
    double a = conductivity[(int)get(plate, x1, y1)];
    double b = conductivity[(int)get(plate, x2, y2)];
    return 2.0 * a * b / (a + b);
}

static struct grid step(struct grid heat, struct grid plate, struct settings s, double time) {
    struct grid next = new_grid(heat.width, heat.height);
    for (int y = 0; y < heat.height; y++) {
        for (int x = 0; x < heat.width; x++) {
            double here = get(heat, x, y);
            double flow = 0.0;
            flow += between(plate, x, y, x - 1, y) * (get(heat, x - 1, y) - here);
            flow += between(plate, x, y, x + 1, y) * (get(heat, x + 1, y) - here);
            flow += between(plate, x, y, x, y - 1) * (get(heat, x, y - 1) - here);
            flow += between(plate, x, y, x, y + 1) * (get(heat, x, y + 1) - here);
            flow += source(x, y, heat.width, heat.height, time);
            if (x == 0 || y == 0 || x == heat.width - 1 || y == heat.height - 1)
                flow -= 0.3 * here;
            set(next, x, y, here + s.dt * flow / capacity[(int)get(plate, x, y)]);
        }
    }
    return next;
}

static double hottest(struct grid heat) {
    double most = -1e300;
    for (int y = 0; y < heat.height; y++)
        for (int x = 0; x < heat.width; x++)
            if (get(heat, x, y) > most)
                most = get(heat, x, y);
    return most;
}

static double mean(struct grid heat) {
    double sum = 0.0;
    for (int y = 0; y < heat.height; y++)
        for (int x = 0; x < heat.width; x++)
            sum += get(heat, x, y);
    return sum / (heat.width * heat.height);
}

static double spread(struct grid heat) {
    double sum = 0.0;
    for (int y = 0; y < heat.height; y++)
        for (int x = 0; x < heat.width; x++)
            sum += pow(get(heat, x, y) - mean(heat), 2);
    return sqrt(sum / (heat.width * heat.height));
}

static struct settings read_settings(const char *path) {
    struct settings s;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    if (fscanf(file, "%d %d %d %lf %u", &s.width, &s.height, &s.steps, &s.dt, &s.seed) != 5) {
        fprintf(stderr, "expected width height steps dt seed\n");
        exit(1);
    }
    fclose(file);
    return s;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: heat SETTINGS\n");
        return 2;
    }
    struct settings s = read_settings(argv[1]);
    struct grid plate = new_grid(s.width, s.height);
    lay_materials(plate, s.seed);
    struct grid heat = new_grid(s.width, s.height);
    for (int i = 0; i < s.steps; i++) {
        struct grid next = step(heat, plate, s, i * s.dt);
        free(heat.cells);
        heat = next;
        if (i % 50 == 0)
            printf("step %d hottest %.6f mean %.6f\n", i, hottest(heat), mean(heat));
    }
    printf("spread %.6f\n", spread(heat));
    for (int y = 0; y < s.height; y += s.height / 8) {
        for (int x = 0; x < s.width; x += s.width / 8)
            printf("%10.5f", get(heat, x, y));
        printf("\n");
    }
    free(heat.cells);
    free(plate.cells);
    return 0;
}
