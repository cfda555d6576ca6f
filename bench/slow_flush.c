/* A disk that takes SLOW_FLUSH_MS longer to flush: cc -shared -fPIC slow_flush.c -o slow_flush.so -ldl,
   then LD_PRELOAD. It flushes first and sleeps then, as a slow disk keeps a thread waiting. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int slowly(const char *name, int file)
{
    int (*flush)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int done = flush(file);
    double ms = atof(getenv("SLOW_FLUSH_MS"));
    struct timespec pause = {(time_t)(ms / 1000), (long)((ms - 1000 * (long)(ms / 1000)) * 1e6)};
    nanosleep(&pause, NULL);
    return done;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
