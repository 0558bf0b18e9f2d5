// A small FastCGI answer by libfcgi's own loop: one process per connection, which is kept until nginx closes it.
// Usage: echo SOCKET PROCESSES

#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void serve(int listener) {
    FCGX_Request request;
    if (FCGX_InitRequest(&request, listener, 0) != 0) exit(1);
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutS("Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n\r\nok\n",
                  request.out);
        FCGX_Finish_r(&request);
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: echo SOCKET PROCESSES\n");
        return 2;
    }
    if (FCGX_Init() != 0) return 1;
    int listener = FCGX_OpenSocket(arguments[1], 1024);
    if (listener < 0) return 1;
    for (int left = atoi(arguments[2]); left > 0; left--) {
        pid_t child = fork();
        if (child < 0) return 1;
        if (child == 0) {
            // The pool ends with the process that was started.
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            serve(listener);
            return 0;
        }
    }
    while (wait(NULL) > 0) {}
    return 0;
}
