// Runs one ONNX file in ONNX Runtime through its C interface, in a process of its own, and times runs on request.
// worker LIBONNXRUNTIME FILE THREADS INPUT DIMS VALUES OUTPUT DIMS      (DIMS: 1x3x224x224; VALUES: a file of floats)
// The first run is done at once; then "ready" is written. After that each line of stdin is a request, answered by one line:
//   run SECONDS LEAST   runs for so long and at least so often; the seconds of each run
//   output FILE         writes the output's floats; "ok"
// Places in the table of functions are ONNX Runtime's promise to callers (onnxruntime_c_api.h); it only ever grows.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void *(*fn)();
static void **api;
static void fail(const char *what) { fprintf(stderr, "worker: %s\n", what); exit(1); }
static void check(void *status) { if (status) fail(((const char *(*)(void *))api[2])(status)); }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static size_t parse_dims(char *text, int64_t *dims, size_t *rank) {
  size_t count = 1;
  *rank = 0;
  for (char *part = strtok(text, "x"); part; part = strtok(NULL, "x")) count *= dims[(*rank)++] = atoll(part);
  return count;
}

static float *memory(size_t count) {
  void *at = NULL;
  if (posix_memalign(&at, 64, count * sizeof(float))) fail("out of memory");
  return at;
}

int main(int argc, char **argv) {
  if (argc != 9) fail("expected LIBRARY FILE THREADS INPUT DIMS VALUES OUTPUT DIMS");
  void *library = dlopen(argv[1], RTLD_NOW);
  if (!library) fail(dlerror());
  void **entry = ((void **(*)(void))dlsym(library, "OrtGetApiBase"))();
  api = ((void **(*)(uint32_t))entry[0])(17);
  if (!api) fail("the library does not know version 17 of the C interface");

  void *environment, *options, *session, *place, *input, *output;
  check(((fn)api[3])(3 /* errors */, "pare", &environment));
  check(((fn)api[10])(&options));
  check(((fn)api[23])(options, 99 /* all graph optimizations */));
  check(((fn)api[24])(options, atoi(argv[3])));
  check(((fn)api[7])(environment, argv[2], options, &session));
  check(((fn)api[69])(0, 0, &place));

  int64_t dims[16];
  size_t rank, count = parse_dims(argv[5], dims, &rank);
  float *values = memory(count);
  FILE *file = fopen(argv[6], "rb");
  if (!file || fread(values, sizeof(float), count, file) != count) fail("the file of values is too short");
  fclose(file);
  check(((fn)api[49])(place, values, count * sizeof(float), dims, rank, 1, &input));
  size_t made = parse_dims(argv[8], dims, &rank);
  float *result = memory(made);
  check(((fn)api[49])(place, result, made * sizeof(float), dims, rank, 1, &output));

  const char *in[] = {argv[4]}, *out[] = {argv[7]};
  const void *given[] = {input};
#define RUN() check(((void *(*)(void *, void *, const char **, const void **, size_t, const char **, size_t, void **))api[9])( \
  session, NULL, in, given, 1, out, 1, &output))
  RUN();
  puts("ready");
  fflush(stdout);

  static char line[4096], path[4096];
  double seconds;
  int least;
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "run %lf %d", &seconds, &least) == 2) {
      double start = now(), at = start;
      for (int i = 0; i < least || at - start < seconds; i++) {
        double begun = now();
        RUN();
        at = now();
        printf("%.9f ", at - begun);
      }
      puts("");
    } else if (sscanf(line, "output %4095[^\n]", path) == 1) {
      FILE *to = fopen(path, "wb");
      if (!to || fwrite(result, sizeof(float), made, to) != made || fclose(to)) fail("the output cannot be written");
      puts("ok");
    } else fail("unknown request");
    fflush(stdout);
  }
  return 0;
}
