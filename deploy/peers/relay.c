// An archive's worth of zeros from a program that does next to nothing for them: what is left is the work of nginx, which
// no program behind it can save. All records of the answer stand in memory as they are sent, by a few calls of sendfile.
// Usage: relay SOCKET BYTES: one answer at a time.

#define _GNU_SOURCE
#include <fastcgi.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { most_connections = 64, content_length = 65528 };

static FCGI_Header header(int type, int length) {
    return (FCGI_Header){
        .version = FCGI_VERSION_1,
        .type = type,
        .requestIdB0 = 1,
        .contentLengthB1 = length >> 8,
        .contentLengthB0 = length & 255,
    };
}

static void put(int file, const void *bytes, size_t count) {
    if (write(file, bytes, count) != (ssize_t)count) {
        perror("relay: memory");
        exit(1);
    }
}

// The whole answer, records and all, as a file in memory.
static int prepare(long rest) {
    static const char zeros[content_length];
    int file = memfd_create("answer", MFD_CLOEXEC);
    char head[200];
    int length = snprintf(head, sizeof head, "Content-Type: application/zip\r\nContent-Length: %ld\r\n\r\n", rest);
    FCGI_Header record = header(FCGI_STDOUT, length);
    put(file, &record, sizeof record);
    put(file, head, length);
    for (; rest > 0; rest -= length) {
        length = rest < content_length ? rest : content_length;
        record = header(FCGI_STDOUT, length);
        put(file, &record, sizeof record);
        put(file, zeros, length);
    }
    record = header(FCGI_STDOUT, 0);
    put(file, &record, sizeof record);
    FCGI_EndRequestRecord end = {.header = header(FCGI_END_REQUEST, sizeof end.body)};
    put(file, &end, sizeof end);
    return file;
}

// Reads a request to the end of its STDIN; 0 where the connection ends before.
static int take_request(FILE *connection) {
    static char content[65535 + 255];
    FCGI_Header record;
    while (fread(&record, sizeof record, 1, connection) == 1) {
        size_t length = record.contentLengthB1 << 8 | record.contentLengthB0;
        if (fread(content, 1, length + record.paddingLength, connection) < length) return 0;
        if (record.type == FCGI_STDIN && length == 0) return 1;
    }
    return 0;
}

static int send_answer(int connection, int answer) {
    off_t offset = 0, length = lseek(answer, 0, SEEK_END);
    while (offset < length) {
        if (sendfile(connection, answer, &offset, length - offset) <= 0) return 0;
    }
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: relay SOCKET BYTES\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int answer = prepare(atol(arguments[2]));
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", arguments[1]);
    struct pollfd watched[1 + most_connections] = {{.fd = socket(AF_UNIX, SOCK_STREAM, 0), .events = POLLIN}};
    FILE *connections[1 + most_connections];
    int used = 1;
    if (bind(watched[0].fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(watched[0].fd, 64) != 0) {
        perror("relay");
        return 1;
    }
    while (poll(watched, used, -1) > 0) {
        for (int index = used - 1; index > 0; index--) {
            if (watched[index].revents == 0) continue;
            if (take_request(connections[index]) && send_answer(watched[index].fd, answer)) continue;
            fclose(connections[index]);
            used--;
            watched[index] = watched[used];
            connections[index] = connections[used];
        }
        if (watched[0].revents != 0 && used <= most_connections) {
            watched[used] = (struct pollfd){.fd = accept(watched[0].fd, NULL, NULL), .events = POLLIN};
            connections[used] = fdopen(watched[used].fd, "r");
            used++;
        }
    }
}
