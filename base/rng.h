/* Seeded random numbers: xoshiro256** (Blackman, Vigna 2018) seeded by splitmix64.
 * The stream for a seed is part of belie's interface: the same seed gives the same history. */
#ifndef BELIE_BASE_RNG_H
#define BELIE_BASE_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
/* Uniform in 0..n-1 without bias; n > 0. */
uint64_t rng_below(struct rng *r, uint64_t n);
/* Uniform in [0, 1). */
double rng_unit(struct rng *r);
bool rng_chance(struct rng *r, double p);

#endif
