/* Scores windows with a model written by `misfire export --format text`. Needs C99, this one file, and -lm.

     #include "misfire.h"

     misfire_model model;
     char problem[200];
     if (misfire_load(&model, "model.txt", problem, sizeof problem) != 0) { ... }
     double margin = misfire_margin(&model, gray, stride);   // of model.width × model.height grey pixels
     if (margin > model.threshold) printf("%f\n", misfire_probability(&model, margin));
     misfire_free(&model);

   Features are those of skimage.feature.hog, computed in double precision: margins equal those of `misfire detect` to 1e-4.
   You search pictures yourself: cut windows out, resize them to the model's size by averaging (OpenCV's
   INTER_AREA), and score each. Use models with "descriptor": "opencv" in OpenCV instead: `misfire export --format opencv`.

   Threads may share a model once it is loaded. */
#ifndef MISFIRE_H
#define MISFIRE_H

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { MISFIRE_L1, MISFIRE_L1_SQRT, MISFIRE_L2, MISFIRE_L2_HYS } misfire_norm;

typedef struct {
  int width, height;             /* of a window, in pixels */
  int orientations;              /* bins over 180 degrees */
  int cell_rows, cell_columns;   /* of a cell, in pixels */
  int block_rows, block_columns; /* of a block, in cells */
  int square_root;               /* whether gradients are taken of the grey values' square roots */
  misfire_norm norm;
  double bias, a, b;
  double threshold;              /* a window with a larger margin is a detection */
  int weight_count;
  float *weights;
} misfire_model;

static void misfire_free(misfire_model *model) {
  free(model->weights);
  model->weights = NULL;
}

static int misfire_fail(misfire_model *model, FILE *file, char *problem, size_t size, const char *words) {
  if (problem && size > 0) snprintf(problem, size, "%s", words);
  if (file) fclose(file);
  misfire_free(model);
  return -1;
}

/* Reads a model. Returns 0, or -1 and a description in problem, which may be NULL. */
static int misfire_load(misfire_model *model, const char *path, char *problem, size_t size) {
  char name[32], word[32];
  int version = 0, seen = 0, index;
  FILE *file = fopen(path, "r");
  memset(model, 0, sizeof *model);
  if (!file) return misfire_fail(model, file, problem, size, "the model cannot be opened");
  if (fscanf(file, "misfire-model %d", &version) != 1 || version != 1)
    return misfire_fail(model, file, problem, size, "not a model that misfire export --format text wrote");
  while (fscanf(file, "%31s", name) == 1 && strcmp(name, "weights") != 0) {
    int ok;
    if (strcmp(name, "descriptor") == 0) ok = fscanf(file, "%31s", word) == 1 && strcmp(word, "skimage") == 0;
    else if (strcmp(name, "orientations") == 0) ok = fscanf(file, "%d", &model->orientations) == 1;
    else if (strcmp(name, "pixels_per_cell") == 0)
      ok = fscanf(file, "%d %d", &model->cell_rows, &model->cell_columns) == 2;
    else if (strcmp(name, "cells_per_block") == 0)
      ok = fscanf(file, "%d %d", &model->block_rows, &model->block_columns) == 2;
    else if (strcmp(name, "normalize") == 0) ok = fscanf(file, "%d", &model->square_root) == 1;
    else if (strcmp(name, "window_dim") == 0) ok = fscanf(file, "%d %d", &model->width, &model->height) == 2;
    else if (strcmp(name, "bias") == 0) ok = fscanf(file, "%lf", &model->bias) == 1;
    else if (strcmp(name, "A") == 0) ok = fscanf(file, "%lf", &model->a) == 1;
    else if (strcmp(name, "B") == 0) ok = fscanf(file, "%lf", &model->b) == 1;
    else if (strcmp(name, "threshold") == 0) ok = fscanf(file, "%lf", &model->threshold) == 1;
    else if (strcmp(name, "block_norm") == 0) {
      static const char *const names[] = {"L1", "L1-sqrt", "L2", "L2-Hys"};
      ok = 0;
      if (fscanf(file, "%31s", word) == 1)
        for (index = 0; index < 4; index++)
          if (strcmp(word, names[index]) == 0) { model->norm = (misfire_norm)index; ok = 1; }
    } else ok = 0;
    if (!ok) return misfire_fail(model, file, problem, size, "the model says something that this reader does not know");
    seen++;
  }
  {
    const int limit = 1 << 14;
    long down, across, count;
    if (seen != 11 || fscanf(file, "%d", &model->weight_count) != 1 || model->orientations < 1 ||
        model->orientations > 360 || model->cell_rows < 1 || model->cell_columns < 1 || model->block_rows < 1 ||
        model->block_columns < 1 || model->width < 1 || model->height < 1 || model->width > limit ||
        model->height > limit || model->block_rows > limit || model->block_columns > limit)
      return misfire_fail(model, file, problem, size, "the model is incomplete");
    down = model->height / model->cell_rows - model->block_rows + 1;
    across = model->width / model->cell_columns - model->block_columns + 1;
    count = down < 1 || across < 1 ? 0
            : down * across * ((long)model->block_rows * model->block_columns * model->orientations);
    if (count != model->weight_count || count < 1)
      return misfire_fail(model, file, problem, size, "the model has another number of weights than features");
  }
  model->weights = (float *)malloc(sizeof(float) * (size_t)model->weight_count);
  if (!model->weights) return misfire_fail(model, file, problem, size, "out of memory");
  for (index = 0; index < model->weight_count; index++)
    if (fscanf(file, "%f", &model->weights[index]) != 1)
      return misfire_fail(model, file, problem, size, "the model is cut off");
  fclose(file);
  return 0;
}

static void misfire_divide(double *block, int count, int is_euclidean) {
  double sum = 0;
  int index;
  for (index = 0; index < count; index++) sum += is_euclidean ? block[index] * block[index] : block[index];
  sum = is_euclidean ? sqrt(sum + 1e-5 * 1e-5) : sum + 1e-5;
  for (index = 0; index < count; index++) block[index] /= sum;
}

/* The bin of a gradient's direction; -1 if rounding leaves it in none. */
static int misfire_bin(double gx, double gy, int orientations) {
  const double pi = 3.14159265358979323846;
  double degrees = fmod(atan2(gy, gx) * (180 / pi), 180);
  int guess, bin;
  if (degrees < 0) degrees += 180;
  guess = (int)(degrees * orientations / 180);
  for (bin = guess - 1; bin <= guess + 1; bin++)
    if (bin >= 0 && bin < orientations && 180.0 / orientations * bin <= degrees &&
        degrees < 180.0 / orientations * (bin + 1))
      return bin;
  return -1;
}

/* w·x + b of one window: width × height grey pixels, row by row, rows stride bytes apart. NAN when out of memory. */
static double misfire_margin(const misfire_model *model, const unsigned char *gray, ptrdiff_t stride) {
  const int down = model->height / model->cell_rows, across = model->width / model->cell_columns;
  const int bins = model->orientations, block_size = model->block_rows * model->block_columns * bins;
  float *sums = (float *)calloc((size_t)down * across * bins, sizeof(float));
  double *block = (double *)malloc(sizeof(double) * (size_t)block_size);
  double values[256], margin = model->bias;
  const float *weights = model->weights;
  int x, y, row, column, index;
  if (!sums || !block) {
    free(sums);
    free(block);
    return NAN;
  }
  for (index = 0; index < 256; index++) values[index] = model->square_root ? sqrt((double)index) : index;
  for (y = 0; y < down * model->cell_rows; y++)
    for (x = 0; x < across * model->cell_columns; x++) {
      const unsigned char *pixel = gray + y * stride + x;
      double gx = x == 0 || x == model->width - 1 ? 0 : values[pixel[1]] - values[pixel[-1]];
      double gy = y == 0 || y == model->height - 1 ? 0 : values[pixel[stride]] - values[pixel[-stride]];
      int bin = misfire_bin(gx, gy, bins);
      if (bin >= 0) {
        float *sum = &sums[((y / model->cell_rows) * across + x / model->cell_columns) * bins + bin];
        *sum = (float)(*sum + hypot(gx, gy));
      }
    }
  for (row = 0; row + model->block_rows <= down; row++)
    for (column = 0; column + model->block_columns <= across; column++) {
      int filled = 0, cell_row;
      for (cell_row = row; cell_row < row + model->block_rows; cell_row++)
        for (index = 0; index < model->block_columns * bins; index++)
          block[filled++] =
              sums[(cell_row * across + column) * bins + index] / (float)(model->cell_rows * model->cell_columns);
      misfire_divide(block, block_size, model->norm >= MISFIRE_L2);
      if (model->norm == MISFIRE_L2_HYS) {
        for (index = 0; index < block_size; index++) block[index] = block[index] < 0.2 ? block[index] : 0.2;
        misfire_divide(block, block_size, 1);
      }
      for (index = 0; index < block_size; index++) {
        double feature = model->norm == MISFIRE_L1_SQRT ? sqrt(block[index]) : block[index];
        margin += (double)*weights++ * (double)(float)feature;
      }
    }
  free(sums);
  free(block);
  return margin;
}

/* The probability that a window of this margin shows the object. */
static double misfire_probability(const misfire_model *model, double margin) {
  return 1 / (1 + exp(model->a * margin + model->b));
}

#endif
