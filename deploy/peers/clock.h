// What the measuring programs share: a clock, and a file in memory.

#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Monotonic seconds.
static inline double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct bytes {
    char *start;
    size_t count;
};

// A whole file; without a start where it cannot be read.
static inline struct bytes read_file(const char *path) {
    struct bytes content = {NULL, 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) return content;
    if (fseek(file, 0, SEEK_END) == 0 && ftell(file) > 0) {
        size_t size = (size_t)ftell(file);
        char *start = malloc(size);
        rewind(file);
        if (start != NULL && fread(start, 1, size, file) == size) {
            content.start = start;
            content.count = size;
        } else {
            free(start);
        }
    }
    fclose(file);
    return content;
}
