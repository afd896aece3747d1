#include "PTX.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPERANDS = 6, PARAMETERS = 16, WORDS = 8, NAME = 80, STEPS = 1000000 };

typedef enum {
  ADD, SUB, MUL, MAD, FMA, NEG, NOT, SHL, SHR, AND, OR, XOR, MOV, CVT, CVTA, SETP, SELP, MIN, MAX, LD, ST, BRA, RET
} operation;
static const char *const operations[] = {"add", "sub", "mul", "mad", "fma", "neg", "not", "shl", "shr", "and", "or", "xor", "mov",
                                         "cvt", "cvta", "setp", "selp", "min", "max", "ld", "st", "bra", "ret", NULL};

/* IS_NAN is there for numbers with a point alone: whether either is none. */
typedef enum { EQ, NE, LT, LE, GT, GE, IS_NAN } comparison;
static const char *const comparisons[] = {"eq", "ne", "lt", "le", "gt", "ge", "nan", NULL};

static const char *const specials[] = {"%tid.x",   "%tid.y",   "%tid.z",   "%ntid.x",   "%ntid.y",   "%ntid.z",
                                       "%ctaid.x", "%ctaid.y", "%ctaid.z", "%nctaid.x", "%nctaid.y", "%nctaid.z", NULL};

/* The kinds of registers, by the letters of their names; the longer ones first. */
enum { REGISTER_KINDS = 6, REGISTERS = 512 };
static const char *const register_kinds[REGISTER_KINDS + 1] = {"%rd", "%rs", "%r", "%p", "%fd", "%f", NULL};

typedef enum { REGISTER, SPECIAL, IMMEDIATE, LABEL } operand_kind;

typedef struct {
  operand_kind kind;
  int is_address;      /* [register or number + displacement] */
  unsigned number;     /* of a register, a special register, or an instruction */
  int64_t value;       /* an immediate value, or the displacement */
  char name[NAME];     /* of a label, until all are known */
} operand;

typedef struct {
  char text[120];
  operation what;
  int guard, guard_is_inverted; /* the predicate register, or -1 */
  int is_wide, is_high, is_parameter_space;
  comparison compare;
  unsigned bits, from_bits, vector;
  int is_signed, is_from_signed, is_float, is_rounded;
  unsigned operand_count;
  operand operands[OPERANDS];
} instruction;

typedef struct {
  char name[NAME];
  size_t offset, bytes;
} parameter;

typedef struct {
  char name[NAME];
  unsigned at;
} label;

struct ptx_kernel {
  char name[NAME];
  unsigned parameter_count, instruction_count, label_count;
  parameter parameters[PARAMETERS];
  size_t parameter_bytes;
  instruction *instructions;
  label *labels;
  struct ptx_kernel *next;
};

struct ptx_module {
  ptx_kernel *kernels;
};

static int index_of(const char *word, const char *const *list) {
  for (int index = 0; list[index]; index++) {
    if (strcmp(word, list[index]) == 0) return index;
  }
  return -1;
}

static char *trimmed(char *text) {
  while (isspace((unsigned char)*text)) text++;
  char *end = text + strlen(text);
  while (end > text && isspace((unsigned char)end[-1])) *--end = 0;
  return text;
}

/* Registers of all kinds in one array. */
static int register_number(const char *text) {
  for (int kind = 0; register_kinds[kind]; kind++) {
    const size_t length = strlen(register_kinds[kind]);
    if (strncmp(text, register_kinds[kind], length) != 0 || !isdigit((unsigned char)text[length])) continue;
    const int number = atoi(text + length);
    return number < REGISTERS ? kind * REGISTERS + number : -1;
  }
  return -1;
}

/* "u32", "s64", "b16", "f64", "pred": how wide, and whether it has a sign. */
static int read_type(const char *word, unsigned *bits, int *is_signed) {
  if (strcmp(word, "pred") == 0) return *bits = 1, *is_signed = 0, 1;
  if (!strchr("usbf", word[0]) || !isdigit((unsigned char)word[1])) return 0;
  *bits = (unsigned)atoi(word + 1);
  *is_signed = word[0] == 's';
  return 1;
}

static int changes_nothing(const char *word) {
  static const char *const ignored[] = {"lo", "global", "uni", "to", NULL};
  return index_of(word, ignored) >= 0;
}

/* Whether an instruction is one that is known for numbers with a point. Where none says how its result is rounded, a
 * driver may make one operation of a product and a sum: their bits would not be known. */
static int is_known_for_floats(const instruction *made) {
  switch (made->what) {
    case ADD: case SUB: case MUL: case FMA: return made->is_rounded;
    case NEG: case MOV: case LD: case ST: case SETP: return 1;
    default: return 0;
  }
}

static int read_opcode(instruction *made, char *opcode) {
  char *rest = opcode, *word = strsep(&rest, ".");
  const int what = index_of(word, operations);
  if (what < 0) return 0;
  made->what = (operation)what;
  made->vector = 1;
  unsigned types = 0;
  while ((word = strsep(&rest, "."))) {
    const int compare = index_of(word, comparisons);
    if (word[0] == 'f' && isdigit((unsigned char)word[1])) made->is_float = 1;
    if (strcmp(word, "rn") == 0) made->is_rounded = 1;
    else if (strcmp(word, "wide") == 0) made->is_wide = 1;
    else if (strcmp(word, "hi") == 0) made->is_high = 1;
    else if (strcmp(word, "param") == 0) made->is_parameter_space = 1;
    else if (strcmp(word, "v2") == 0) made->vector = 2;
    else if (strcmp(word, "v4") == 0) made->vector = 4;
    else if (what == SETP && compare >= 0) made->compare = (comparison)compare;
    else if (types == 1 && read_type(word, &made->from_bits, &made->is_from_signed)) types++;
    else if (types == 0 && read_type(word, &made->bits, &made->is_signed)) types++;
    else if (!changes_nothing(word)) return 0;
  }
  return !made->is_float || is_known_for_floats(made);
}

static int read_operand(const ptx_kernel *kernel, operand *made, char *text) {
  text = trimmed(text);
  if (*text == '[') {
    made->is_address = 1;
    text[strcspn(text, "]")] = 0;
    char *plus = strchr(++text, '+');
    if (plus) {
      *plus = 0;
      made->value = strtoll(plus + 1, NULL, 0);
    }
  }
  const int special = index_of(text, specials), number = register_number(text);
  if (special >= 0) return made->kind = SPECIAL, made->number = (unsigned)special, 1;
  if (number >= 0) return made->kind = REGISTER, made->number = (unsigned)number, 1;
  if (*text == '$') return made->kind = LABEL, snprintf(made->name, NAME, "%s", text) < NAME;
  made->kind = IMMEDIATE;
  /* A parameter is where it lies among all parameters. */
  for (unsigned index = 0; index < kernel->parameter_count; index++) {
    if (strcmp(text, kernel->parameters[index].name) == 0) {
      return made->value += (int64_t)kernel->parameters[index].offset, 1;
    }
  }
  /* The bits of a number with a point, in hexadecimal. */
  if (text[0] == '0' && text[1] && strchr("dDfF", text[1])) {
    return made->value = (int64_t)strtoull(text + 2, NULL, 16), 1;
  }
  if (!isdigit((unsigned char)*text) && *text != '-') return 0;
  made->value += *text == '-' ? strtoll(text, NULL, 0) : (int64_t)strtoull(text, NULL, 0);
  return 1;
}

static int read_instruction(ptx_kernel *kernel, char *line) {
  instruction made = {.guard = -1};
  snprintf(made.text, sizeof made.text, "%s", line);
  if (*line == '@') {
    made.guard_is_inverted = *++line == '!';
    line += made.guard_is_inverted;
    char *guard = strsep(&line, " \t");
    made.guard = register_number(guard);
    if (made.guard < 0 || !line) return 0;
    line = trimmed(line);
  }
  char *opcode = strsep(&line, " \t");
  if (!read_opcode(&made, opcode)) return 0;
  for (char *mark = line; mark && *mark; mark++) {
    if (*mark == '{' || *mark == '}') *mark = ' ';
  }
  char *text;
  while ((text = strsep(&line, ","))) {
    if (made.operand_count == OPERANDS || !read_operand(kernel, &made.operands[made.operand_count++], text)) return 0;
  }
  kernel->instructions[kernel->instruction_count++] = made;
  return 1;
}

/* ".param .u64 name" or ".param .align 8 .b8 name[64]" */
static int read_parameter(ptx_kernel *kernel, char *line) {
  if (kernel->parameter_count == PARAMETERS) return 0;
  parameter *made = &kernel->parameters[kernel->parameter_count++];
  size_t alignment = 0, count = 1;
  unsigned bits = 0;
  int is_signed;
  char *word;
  while ((word = strsep(&line, " \t,"))) {
    if (strcmp(word, ".align") == 0) alignment = (size_t)atoi(strsep(&line, " \t"));
    else if (word[0] == '.' && strcmp(word, ".param") != 0 && !read_type(word + 1, &bits, &is_signed)) return 0;
    else if (word[0] != '.' && *word) {
      char *bracket = strchr(word, '[');
      if (bracket) {
        *bracket = 0;
        count = (size_t)atoi(bracket + 1);
      }
      snprintf(made->name, NAME, "%s", word);
    }
  }
  made->bytes = bits / 8 * count;
  if (alignment == 0) alignment = bits / 8;
  if (alignment == 0) return 0;
  made->offset = (kernel->parameter_bytes + alignment - 1) / alignment * alignment;
  kernel->parameter_bytes = made->offset + made->bytes;
  return 1;
}

static int resolve_labels(ptx_kernel *kernel, char *reason, size_t size) {
  for (unsigned at = 0; at < kernel->instruction_count; at++) {
    operand *target = &kernel->instructions[at].operands[0];
    if (kernel->instructions[at].what != BRA) continue;
    unsigned number = 0;
    while (number < kernel->label_count && strcmp(kernel->labels[number].name, target->name) != 0) number++;
    if (number == kernel->label_count) return snprintf(reason, size, "no label %s", target->name), 0;
    target->number = kernel->labels[number].at;
  }
  return 1;
}

static ptx_kernel *begin_kernel(ptx_module *module, const char *line, size_t lines) {
  ptx_kernel *kernel = calloc(1, sizeof *kernel);
  sscanf(strstr(line, ".entry") + 6, " %79[^( ]", kernel->name);
  kernel->instructions = calloc(lines, sizeof *kernel->instructions);
  kernel->labels = calloc(lines, sizeof *kernel->labels);
  kernel->next = module->kernels;
  module->kernels = kernel;
  return kernel;
}

static void free_module(ptx_module *module) {
  while (module->kernels) {
    ptx_kernel *kernel = module->kernels;
    module->kernels = kernel->next;
    free(kernel->instructions);
    free(kernel->labels);
    free(kernel);
  }
  free(module);
}

ptx_module *ptx_read(const char *text, char *reason, size_t size) {
  if (!strstr(text, ".version")) return snprintf(reason, size, "no .version: this is not PTX"), NULL;
  ptx_module *module = calloc(1, sizeof *module);
  char *copy = strdup(text), *rest = copy, *line;
  size_t lines = 1;
  for (const char *mark = text; *mark; mark++) lines += *mark == '\n';
  ptx_kernel *kernel = NULL;
  int is_good = 1;
  while (is_good && (line = strsep(&rest, "\n"))) {
    line = trimmed(line);
    char *comment = strstr(line, "//");
    if (comment) *comment = 0;
    if (strstr(line, ".entry")) {
      kernel = begin_kernel(module, line, lines);
    } else if (!kernel || !*line) {
      continue;
    } else if (strncmp(line, ".param", 6) == 0) {
      is_good = read_parameter(kernel, line);
    } else if (*line == '}') {
      is_good = resolve_labels(kernel, reason, size);
      kernel = NULL;
    } else if (*line == '$') {
      label *made = &kernel->labels[kernel->label_count++];
      line[strcspn(line, ":")] = 0;
      snprintf(made->name, NAME, "%s", line);
      made->at = kernel->instruction_count;
    } else if (!strchr(".(){", *line)) {
      line[strcspn(line, ";")] = 0;
      char whole[120];
      snprintf(whole, sizeof whole, "%s", line);
      is_good = read_instruction(kernel, line);
      if (!is_good) snprintf(reason, size, "not known: %s", whole);
    }
  }
  free(copy);
  if (is_good) return module;
  free_module(module);
  return NULL;
}

const ptx_kernel *ptx_find(const ptx_module *module, const char *name) {
  const ptx_kernel *kernel = module->kernels;
  while (kernel && strcmp(kernel->name, name) != 0) kernel = kernel->next;
  return kernel;
}

size_t ptx_parameter_bytes(const ptx_kernel *kernel) { return kernel->parameter_bytes; }

ptrdiff_t ptx_parameter_offset(const ptx_kernel *kernel, unsigned number, size_t *bytes) {
  if (number >= kernel->parameter_count) return -1;
  *bytes = kernel->parameters[number].bytes;
  return (ptrdiff_t)kernel->parameters[number].offset;
}

/* A value of so many bits, as 64. */
static uint64_t widened(uint64_t value, unsigned bits, int is_signed) {
  if (bits >= 64) return value;
  value &= (UINT64_C(1) << bits) - 1;
  if (is_signed && value >> (bits - 1)) value |= ~UINT64_C(0) << bits;
  return value;
}

static int compares(comparison compare, uint64_t a, uint64_t b, int is_signed) {
  const int less = is_signed ? (int64_t)a < (int64_t)b : a < b;
  switch (compare) {
    case EQ: return a == b;
    case NE: return a != b;
    case LT: return less;
    case LE: return less || a == b;
    case GT: return !less && a != b;
    default: return !less;
  }
}

/* None of them but IS_NAN is true where either is not a number. */
static int compares_reals(comparison compare, double a, double b) {
  switch (compare) {
    case EQ: return a == b;
    case NE: return a < b || a > b;
    case LT: return a < b;
    case LE: return a <= b;
    case GT: return a > b;
    case GE: return a >= b;
    default: return isnan(a) || isnan(b);
  }
}

static uint64_t product(const instruction *step, uint64_t a, uint64_t b) {
  if (!step->is_high) return a * b;
  if (step->bits == 64) {
    return step->is_signed ? (uint64_t)(((__int128)(int64_t)a * (int64_t)b) >> 64)
                           : (uint64_t)(((unsigned __int128)a * b) >> 64);
  }
  return (a * b) >> step->bits;
}

typedef struct {
  const ptx_kernel *kernel;
  const ptx_launch *launch;
  uint64_t registers[REGISTER_KINDS * REGISTERS];
  uint32_t special[12];
} thread;

static uint64_t read_value(const thread *thread, const operand *from) {
  switch (from->kind) {
    case REGISTER: return thread->registers[from->number];
    case SPECIAL: return thread->special[from->number];
    default: return (uint64_t)from->value;
  }
}

static int access_memory(thread *thread, const instruction *step) {
  const int is_store = step->what == ST;
  const operand *at = &step->operands[is_store ? 0 : step->vector];
  const uint64_t address = at->kind == REGISTER ? thread->registers[at->number] + (uint64_t)at->value : (uint64_t)at->value;
  const size_t bytes = step->bits / 8, all = bytes * step->vector;
  unsigned char *memory;
  if (step->is_parameter_space) {
    if (is_store || address + all > thread->kernel->parameter_bytes) return PTX_ILLEGAL_ADDRESS;
    memory = (unsigned char *)(uintptr_t)thread->launch->parameters + address;
  } else {
    memory = thread->launch->memory(address, all);
    if (!memory) return PTX_ILLEGAL_ADDRESS;
  }
  if (address % all != 0) return PTX_MISALIGNED_ADDRESS;
  for (unsigned word = 0; word < step->vector; word++) {
    if (is_store) {
      const uint64_t value = read_value(thread, &step->operands[1 + word]);
      memcpy(memory + word * bytes, &value, bytes);
    } else {
      uint64_t value = 0;
      memcpy(&value, memory + word * bytes, bytes);
      thread->registers[step->operands[word].number] = widened(value, step->bits, step->is_signed);
    }
  }
  return PTX_DONE;
}

/* Each operation by itself, rounded once: nothing is contracted that the PTX does not contract. */
#define REAL_RESULT(NAME, TYPE, FMA_OF_TYPE)                                \
  static uint64_t NAME(const instruction *step, const uint64_t values[3]) { \
    TYPE a, b, c, result;                                                   \
    memcpy(&a, &values[0], sizeof a);                                       \
    memcpy(&b, &values[1], sizeof b);                                       \
    memcpy(&c, &values[2], sizeof c);                                       \
    switch (step->what) {                                                   \
      case ADD: result = a + b; break;                                      \
      case SUB: result = a - b; break;                                      \
      case MUL: result = a * b; break;                                      \
      case FMA: result = FMA_OF_TYPE(a, b, c); break;                       \
      case NEG: result = -a; break;                                         \
      case SETP: return (uint64_t)compares_reals(step->compare, a, b);      \
      default: result = a; break;                                           \
    }                                                                       \
    uint64_t bits = 0;                                                      \
    memcpy(&bits, &result, sizeof result);                                  \
    return bits;                                                            \
  }
REAL_RESULT(double_result, double, fma)
REAL_RESULT(float_result, float, fmaf)

static uint64_t computed(const thread *thread, const instruction *step) {
  uint64_t values[3] = {0};
  const unsigned bits = step->what == CVT ? step->from_bits : step->bits;
  const int is_signed = step->what == CVT ? step->is_from_signed : step->is_signed;
  for (unsigned index = 0; index < 3 && index + 1 < step->operand_count; index++) {
    values[index] = widened(read_value(thread, &step->operands[index + 1]), bits, is_signed);
  }
  if (step->is_float) return bits == 64 ? double_result(step, values) : float_result(step, values);
  const uint64_t a = values[0], b = values[1], c = values[2];
  switch (step->what) {
    case ADD: return a + b;
    case SUB: return a - b;
    case NEG: return 0 - a;
    case NOT: return ~a;
    case MUL: return product(step, a, b);
    case MAD: return product(step, a, b) + (step->is_wide ? read_value(thread, &step->operands[3]) : c);
    case SHL: return b < step->bits ? a << b : 0;
    case SHR: return b < step->bits ? (is_signed ? (uint64_t)((int64_t)a >> b) : a >> b) : (is_signed && (int64_t)a < 0 ? ~UINT64_C(0) : 0);
    case AND: return a & b;
    case OR: return a | b;
    case XOR: return a ^ b;
    case SETP: return (uint64_t)compares(step->compare, a, b, is_signed);
    case SELP: return read_value(thread, &step->operands[3]) & 1 ? a : b;
    case MIN: return compares(LT, a, b, is_signed) ? a : b;
    case MAX: return compares(LT, a, b, is_signed) ? b : a;
    default: return a;
  }
}

static int run_thread(thread *thread) {
  const ptx_kernel *kernel = thread->kernel;
  unsigned at = 0;
  for (unsigned steps = 0; steps < STEPS; steps++) {
    if (at >= kernel->instruction_count) return PTX_DONE;
    const instruction *step = &kernel->instructions[at++];
    if (step->guard >= 0 && (int)(thread->registers[step->guard] & 1) == step->guard_is_inverted) continue;
    if (step->what == RET) return PTX_DONE;
    if (step->what == BRA) {
      at = step->operands[0].number;
    } else if (step->what == LD || step->what == ST) {
      const int result = access_memory(thread, step);
      if (result != PTX_DONE) {
        fprintf(stderr, "CUDA stand-in: %s: %s address: %s\n", kernel->name,
                result == PTX_ILLEGAL_ADDRESS ? "illegal" : "misaligned", step->text);
        return result;
      }
    } else {
      const unsigned bits = step->what == SETP ? 1 : step->is_wide ? 2 * step->bits : step->bits;
      thread->registers[step->operands[0].number] = widened(computed(thread, step), bits, 0);
    }
  }
  return PTX_ENDLESS;
}

int ptx_run(const ptx_kernel *kernel, const ptx_launch *launch) {
  thread *thread = calloc(1, sizeof *thread);
  thread->kernel = kernel;
  thread->launch = launch;
  int result = PTX_DONE;
  const uint32_t *grid = launch->grid, *block = launch->block;
  const uint64_t blocks = (uint64_t)grid[0] * grid[1] * grid[2], threads = (uint64_t)block[0] * block[1] * block[2];
  for (uint64_t number = 0; number < blocks * threads && result == PTX_DONE; number++) {
    const uint64_t in_block = number % threads, in_grid = number / threads;
    const uint32_t special[12] = {
        (uint32_t)(in_block % block[0]), (uint32_t)(in_block / block[0] % block[1]), (uint32_t)(in_block / block[0] / block[1]),
        block[0], block[1], block[2],
        (uint32_t)(in_grid % grid[0]), (uint32_t)(in_grid / grid[0] % grid[1]), (uint32_t)(in_grid / grid[0] / grid[1]),
        grid[0], grid[1], grid[2]};
    memcpy(thread->special, special, sizeof special);
    /* What is read before it is written is seldom zero on a device. */
    memset(thread->registers, 0xA5, sizeof thread->registers);
    result = run_thread(thread);
  }
  free(thread);
  return result;
}
