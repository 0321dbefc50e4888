/* Scores one window with misfire.h:

     cc -std=c99 -O2 -o score score.c -lm
     ./score model.txt window.gray

   window.gray holds the grey pixels of one window, a byte each, row by row. Prints margin and probability. */
#include "misfire.h"

int main(int count, char **words) {
  misfire_model model;
  char problem[200];
  unsigned char *gray;
  size_t size;
  FILE *file;
  double margin;
  if (count != 3) {
    fprintf(stderr, "usage: score MODEL WINDOW\n");
    return 64;
  }
  if (misfire_load(&model, words[1], problem, sizeof problem) != 0) {
    fprintf(stderr, "%s: %s\n", words[1], problem);
    return 1;
  }
  size = (size_t)model.width * (size_t)model.height;
  gray = (unsigned char *)malloc(size);
  file = fopen(words[2], "rb");
  if (!gray || !file || fread(gray, 1, size, file) != size) {
    fprintf(stderr, "%s: not %d × %d pixels\n", words[2], model.width, model.height);
    if (file) fclose(file);
    free(gray);
    misfire_free(&model);
    return 1;
  }
  fclose(file);
  margin = misfire_margin(&model, gray, model.width);
  printf("%.9g %.9g\n", margin, misfire_probability(&model, margin));
  free(gray);
  misfire_free(&model);
  return 0;
}
