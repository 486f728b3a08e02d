/* Finds the bright objects of a grey picture (PGM as text): denoises, blurs, thresholds, labels and measures them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct image {
    int width;
    int height;
    int *pixels;
};

static struct image make_image(int width, int height) {
    struct image made = {width, height, calloc((size_t)(width * height), sizeof(int))};
    if (made.pixels == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return made;
}

/* The nearest pixel, for places outside of the picture. */
static int pixel_at(struct image picture, int x, int y) {
    x = x < 0 ? 0 : x >= picture.width ? picture.width - 1 : x;
    y = y < 0 ? 0 : y >= picture.height ? picture.height - 1 : y;
    return picture.pixels[y * picture.width + x];
}

static int compare_ints(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

/* Every pixel becomes the median of its 3 by 3 neighbourhood. */
static struct image denoise(struct image picture) {
    struct image result = make_image(picture.width, picture.height);
    for (int x = 0; x < picture.width; x++) {
        for (int y = 0; y < picture.height; y++) {
            int *window = malloc(9 * sizeof(int));
            int n = 0;
            for (int dx = -1; dx <= 1; dx++)
                for (int dy = -1; dy <= 1; dy++)
                    window[n++] = pixel_at(picture, x + dx, y + dy);
            qsort(window, (size_t)n, sizeof(int), compare_ints);
            result.pixels[y * picture.width + x] = window[n / 2];
            free(window);
        }
    }
    return result;
}

static struct image blur(struct image picture, double sigma) {
    struct image result = make_image(picture.width, picture.height);
    int radius = (int)ceil(2 * sigma);
    for (int x = 0; x < picture.width; x++) {
        for (int y = 0; y < picture.height; y++) {
            double sum = 0;
            double weights = 0;
            for (int dx = -radius; dx <= radius; dx++) {
                for (int dy = -radius; dy <= radius; dy++) {
                    double weight = exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
                    sum += weight * pixel_at(picture, x + dx, y + dy);
                    weights += weight;
                }
            }
            result.pixels[y * picture.width + x] = (int)(sum / weights + 0.5);
        }
    }
    return result;
}

/* How many pixels have a grey between two bounds, and the sum of their greys. */
static long count_between(struct image picture, int least, int most, long *sum) {
    long count = 0;
    *sum = 0;
    for (int i = 0; i < picture.width * picture.height; i++) {
        if (picture.pixels[i] >= least && picture.pixels[i] <= most) {
            count++;
            *sum += picture.pixels[i];
        }
    }
    return count;
}

/* The grey that separates dark from bright best (Otsu). */
static int find_threshold(struct image picture) {
    int best = 0;
    double most = -1;
    for (int level = 0; level < 255; level++) {
        long dark_sum, bright_sum;
        long dark = count_between(picture, 0, level, &dark_sum);
        long bright = count_between(picture, level + 1, 255, &bright_sum);
        if (dark == 0 || bright == 0)
            continue;
        double gap = (double)dark_sum / (double)dark - (double)bright_sum / (double)bright;
        double separation = (double)dark * (double)bright * pow(gap, 2);
        if (separation > most) {
            most = separation;
            best = level;
        }
    }
    return best;
}

/* Gives touching bright pixels the same number: the lowest that one of them has. */
static struct image label_objects(struct image picture, int threshold) {
    struct image labels = make_image(picture.width, picture.height);
    for (int i = 0; i < picture.width * picture.height; i++)
        labels.pixels[i] = picture.pixels[i] > threshold ? i + 1 : 0;
    int changed = 1;
    while (changed) {
        changed = 0;
        struct image old = make_image(picture.width, picture.height);
        memcpy(old.pixels, labels.pixels, sizeof(int) * (size_t)(picture.width * picture.height));
        for (int y = 0; y < picture.height; y++) {
            for (int x = 0; x < picture.width; x++) {
                int lowest = pixel_at(old, x, y);
                if (lowest == 0)
                    continue;
                for (int dx = -1; dx <= 1; dx++)
                    for (int dy = -1; dy <= 1; dy++)
                        if (pixel_at(old, x + dx, y + dy) != 0 && pixel_at(old, x + dx, y + dy) < lowest)
                            lowest = pixel_at(old, x + dx, y + dy);
                if (lowest != pixel_at(old, x, y)) {
                    labels.pixels[y * picture.width + x] = lowest;
                    changed = 1;
                }
            }
        }
        free(old.pixels);
    }
    return labels;
}

static void print_objects(struct image picture, struct image labels) {
    int shown = 0;
    for (int label = 1; label <= labels.width * labels.height; label++) {
        /* An object is named after its first pixel. */
        if (labels.pixels[label - 1] != label)
            continue;
        int area = 0, left = labels.width, right = 0, top = labels.height, bottom = 0;
        long light = 0;
        for (int x = 0; x < labels.width; x++) {
            for (int y = 0; y < labels.height; y++) {
                if (pixel_at(labels, x, y) != label)
                    continue;
                area++;
                light += pixel_at(picture, x, y);
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = y < top ? y : top;
                bottom = y > bottom ? y : bottom;
            }
        }
        printf("object %d: %d pixels, %d,%d to %d,%d, light %ld\n", ++shown, area, left, top, right, bottom, light);
    }
}

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    int width, height;
    if (file == NULL || fscanf(file, "P2 %d %d 255", &width, &height) != 2) {
        fprintf(stderr, "usage: image FILE.pgm\n");
        return 2;
    }
    struct image picture = make_image(width, height);
    for (int i = 0; i < width * height; i++)
        if (fscanf(file, "%d", &picture.pixels[i]) != 1)
            return 1;
    fclose(file);
    struct image smooth = blur(denoise(picture), 1.5);
    int threshold = find_threshold(smooth);
    printf("%d by %d, threshold %d\n", width, height, threshold);
    print_objects(picture, label_objects(smooth, threshold));
    for (int y = 0; y < height; y += 32) {
        for (int x = 0; x < width; x += 32)
            printf("%4d", pixel_at(smooth, x, y));
        printf("\n");
    }
    return 0;
}
