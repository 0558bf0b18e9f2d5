/*
 * Products of polynomials over two elements by PCLMULQDQ, for cyclic redundancy checks: Swift has no name for the
 * instruction.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <emmintrin.h>
#include <wmmintrin.h>

/* Whether the processor has the instruction. It asks the processor, which takes long in a virtual machine. */
static inline int vitrine_has_carryless_product(void) {
  unsigned int eax, ebx, ecx, edx;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_PCLMULQDQ) != 0;
}

#define VITRINE_FOLDING static inline __attribute__((target("sse2,pclmul")))

VITRINE_FOLDING __m128i vitrine_block(const uint8_t *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }

/* The block as it counts so far ahead as the factors say, added to the block that stands there. */
VITRINE_FOLDING __m128i vitrine_folded(__m128i block, __m128i factors, __m128i next) {
  __m128i low = _mm_clmulepi64_si128(block, factors, 0x00);
  __m128i high = _mm_clmulepi64_si128(block, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/*
 * Folds a message into 16 bytes that have the same remainder ("Fast CRC Computation for Generic Polynomials Using
 * PCLMULQDQ Instruction", Gopal and others, 2009), in the reflected order of bits.
 *
 * count: a multiple of 16, at least 64. start: what is added to the first eight bytes. factors: those for a distance
 * of 512 bits, then those for one of 128; the first of each pair is for the first eight bytes of a block.
 */
VITRINE_FOLDING void vitrine_fold(
    const uint8_t *bytes, size_t count, uint64_t start, const uint64_t *factors, uint8_t *folded) {
  const __m128i far = vitrine_block((const uint8_t *)factors);
  const __m128i near = vitrine_block((const uint8_t *)(factors + 2));
  __m128i first = _mm_xor_si128(vitrine_block(bytes), _mm_set_epi64x(0, (long long)start));
  __m128i second = vitrine_block(bytes + 16);
  __m128i third = vitrine_block(bytes + 32);
  __m128i fourth = vitrine_block(bytes + 48);
  bytes += 64;
  count -= 64;
  for (; count >= 64; bytes += 64, count -= 64) {
    first = vitrine_folded(first, far, vitrine_block(bytes));
    second = vitrine_folded(second, far, vitrine_block(bytes + 16));
    third = vitrine_folded(third, far, vitrine_block(bytes + 32));
    fourth = vitrine_folded(fourth, far, vitrine_block(bytes + 48));
  }
  first = vitrine_folded(first, near, second);
  first = vitrine_folded(first, near, third);
  first = vitrine_folded(first, near, fourth);
  for (; count >= 16; bytes += 16, count -= 16) first = vitrine_folded(first, near, vitrine_block(bytes));
  _mm_storeu_si128((__m128i *)folded, first);
}

#else

/* Other processors have no such instruction that is used here: tables do it. */
static inline int vitrine_has_carryless_product(void) { return 0; }
static inline void vitrine_fold(
    const uint8_t *bytes, size_t count, uint64_t start, const uint64_t *factors, uint8_t *folded) {
  (void)bytes, (void)count, (void)start, (void)factors, (void)folded;
}

#endif
