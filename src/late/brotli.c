/* Brotli, when the first packed answer is read out of an archive. */
#include <brotli/decode.h>

#include "late.h"

KB_LATE_NOTE(brotli, KB_LATE_BROTLI, "reads packed answers in archives")

#define LATE(type, name, params, args) KB_LATE(KB_LATE_BROTLI, type, name, params, args)

LATE(BrotliDecoderState *, BrotliDecoderCreateInstance,
     (brotli_alloc_func take, brotli_free_func give, void *context),
     (take, give, context))
KB_LATE_VOID(KB_LATE_BROTLI, BrotliDecoderDestroyInstance, (BrotliDecoderState * state),
             (state))
LATE(BrotliDecoderResult, BrotliDecoderDecompressStream,
     (BrotliDecoderState * state, size_t *in_n, const uint8_t **in, size_t *out_n,
      uint8_t **out, size_t *total),
     (state, in_n, in, out_n, out, total))
LATE(BrotliDecoderErrorCode, BrotliDecoderGetErrorCode, (const BrotliDecoderState *state),
     (state))
LATE(const char *, BrotliDecoderErrorString, (BrotliDecoderErrorCode code), (code))
