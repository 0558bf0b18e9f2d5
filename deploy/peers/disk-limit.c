// What the disk allows: threads that write a file of given bytes, fsync it, name it and fsync its folder, as fast as
// they can. Prints how many files, and in how many seconds.
// Usage: disk-limit FOLDER PICTURE THREADS SECONDS LIMIT

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"

static const char *folder;
static int directory;
static struct bytes picture;
static double deadline;
static atomic_long claimed, stored;
static long limit;

static int store(long number) {
    char link[64], name[64];
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    for (size_t done = 0; done < picture.count;) {
        ssize_t count = pwrite(file, picture.start + done, picture.count - done, (off_t)done);
        if (count <= 0) return -1;
        done += (size_t)count;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    snprintf(name, sizeof name, "%d-%ld.jpg", (int)getpid(), number);
    if (fsync(file) != 0 || linkat(AT_FDCWD, link, directory, name, AT_SYMLINK_FOLLOW) != 0) return -1;
    close(file);
    return fsync(directory);
}

static void *work(void *unused) {
    (void)unused;
    while (now() < deadline) {
        long number = atomic_fetch_add(&claimed, 1);
        if (number >= limit) break;
        if (store(number) != 0) {
            perror("disk-limit");
            exit(1);
        }
        atomic_fetch_add(&stored, 1);
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: disk-limit FOLDER PICTURE THREADS SECONDS LIMIT\n");
        return 2;
    }
    folder = arguments[1];
    directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    picture = read_file(arguments[2]);
    limit = atol(arguments[5]);
    if (directory < 0 || picture.start == NULL) {
        perror("disk-limit");
        return 1;
    }
    double start = now();
    deadline = start + atof(arguments[4]);
    int threads = atoi(arguments[3]);
    pthread_t thread[threads];
    for (int index = 0; index < threads; index++) {
        if (pthread_create(&thread[index], NULL, work, NULL) != 0) return 1;
    }
    for (int index = 0; index < threads; index++) pthread_join(thread[index], NULL);
    printf("%ld %.6f\n", (long)stored, now() - start);
    return 0;
}
