#include "late.h"
#include "../COneDNN/shim.h"

static const char *const names[] = {"libgomp.so.1", "libgomp.so", NULL};
static late_library library = {names, NULL};

LATE(library, void, omp_set_num_threads, (int count), (count))
LATE(library, int, omp_get_thread_num, (void), ())
LATE(library, int, omp_get_num_threads, (void), ())
LATE(library, void, GOMP_parallel,
     (void (*body)(void *), void *data, unsigned int count, unsigned int flags),
     (body, data, count, flags))
