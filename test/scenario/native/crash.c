/*
 * Crashes on the real CPU and says what the CPU did: the source of the scenarios in older report forms.
 * Every case runs under the trap flag, with code, stack and data at addresses that a kernel would use. Output: the last
 * instructions with their registers, then the fault with code bytes and stack words.
 *
 *   gcc -m32 -O2 -fno-pic -static -no-pie -fcf-protection=none -fno-stack-protector -Wl,-Ttext-segment=0xc1200000 -o crash crash.c
 *   ./crash list_length
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone, used))
enum { HISTORY = 64, TRAP_FLAG = 0x100, STACK_WORDS = 24, BEFORE = 43, WINDOW = 64 };
#define STACK_BASE 0xf5a0a000u
#define STACK_SIZE 0x2000u
#define DATA_BASE 0xf6100000u
#define GUARD_PAGE 0xf6102000u

static const int ORDER[8] = { REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI };
static struct { uint32_t registers[8], eip, eflags; } history[HISTORY];
static uint32_t steps;

static void on_step(int signal, siginfo_t *info, void *raw)
{
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  (void)signal; (void)info;
  for (int i = 0; i < 8; i++) history[steps % HISTORY].registers[i] = (uint32_t)g[ORDER[i]];
  history[steps % HISTORY].eip = (uint32_t)g[REG_EIP];
  history[steps % HISTORY].eflags = (uint32_t)g[REG_EFL] & ~TRAP_FLAG;
  steps++;
}

static void print_bytes(const char *name, uint32_t start, uint32_t size)
{
  printf("%s %08x", name, start);
  for (uint32_t i = 0; i < size; i++) printf(" %02x", ((const uint8_t *)(uintptr_t)start)[i]);
  printf("\n");
}

static void on_fault(int signal, siginfo_t *info, void *raw)
{
  /* The kernel leaves AC as the case had it, and then accesses of this handler could trap. */
  __asm__ volatile("pushfl\n\tandl $~0x40000, (%%esp)\n\tpopfl" ::: "memory", "cc");
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  (void)info;
  if (signal == SIGTRAP && g[REG_TRAPNO] == 1 && (context->uc_mcontext.gregs[REG_EFL] & TRAP_FLAG)) {
    on_step(signal, info, raw);
    return;
  }
  uint32_t first = steps > HISTORY ? steps - HISTORY : 0;
  for (uint32_t s = first; s < steps; s++) {
    printf("step %08x", history[s % HISTORY].eip);
    for (int i = 0; i < 8; i++) printf(" %08x", history[s % HISTORY].registers[i]);
    printf(" %08x\n", history[s % HISTORY].eflags);
  }
  uint32_t eip = (uint32_t)g[REG_EIP];
  printf("fault %d %08x %08x %08x", (int)g[REG_TRAPNO], (uint32_t)g[REG_ERR], (uint32_t)context->uc_mcontext.cr2, eip);
  for (int i = 0; i < 8; i++) printf(" %08x", (uint32_t)g[ORDER[i]]);
  printf(" %08x\n", (uint32_t)g[REG_EFL] & ~TRAP_FLAG);
  if (eip >= 0xc1200000u && eip < 0xc1400000u) print_bytes("code", eip - BEFORE, WINDOW);
  uint32_t esp = (uint32_t)g[REG_ESP];
  if (esp >= STACK_BASE && esp + 4 * STACK_WORDS <= STACK_BASE + STACK_SIZE) print_bytes("stack", esp, 4 * STACK_WORDS);
  fflush(stdout);
  _exit(0);
}

struct list { struct list *next; uint32_t value; };
struct device { uint32_t flags, count; uint32_t *table; struct list *head; uint32_t (*poll)(struct device *); uint16_t port; uint8_t name[10]; };

static struct device *device(void)
{
  struct device *d = (struct device *)DATA_BASE;
  memset(d, 0, sizeof *d);
  d->flags = 0x11;
  d->count = 3;
  d->table = (uint32_t *)(DATA_BASE + 0x400);
  d->port = 0x3f8;
  return d;
}

NOINLINE uint32_t list_length(struct device *d)
{
  uint32_t n = 0;
  for (struct list *l = d->head; l->value != 0x55; l = l->next) n += l->value;
  return n;
}
NOINLINE uint32_t read_flags(struct device *d) { return d->table[2] + d->count; }
NOINLINE void store_word(struct device *d, uint32_t i, uint16_t v) { ((uint16_t *)d->table)[i] = v ^ (uint16_t)d->count; }
NOINLINE void count_up(struct device *d) { d->count++; d->table[d->count] += d->flags; }
NOINLINE void set_bit(struct device *d, uint32_t bit) { __asm__ volatile("bts %1, %0" : "+m"(d->table[0]) : "r"(bit)); }
NOINLINE uint32_t ratio(struct device *d, uint32_t n) { return (n + d->flags) / d->table[0]; }
NOINLINE int32_t lowest(int32_t a, int32_t b) { return a / b; }
NOINLINE uint32_t call_poll(struct device *d) { return d->poll(d) + 1; }
NOINLINE void clear(uint32_t *p, uint32_t n) { __asm__ volatile("rep stosl" : "+D"(p), "+c"(n) : "a"(0) : "memory"); }
NOINLINE void copy(void *to, const void *from, uint32_t n) { __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) :: "memory"); }
NOINLINE void bug(struct device *d) { if (d->count == 3) __asm__ volatile("ud2"); d->count = 0; }
NOINLINE void bug_inline(struct device *d) { if (d->count == 3) __asm__ volatile("ud2\n\t.word 417\n\t.long 0xc0351a2c"); d->count = 0; }
NOINLINE void breakpoint(struct device *d) { d->count += 2; __asm__ volatile("int3"); d->count = 0; }
NOINLINE void overflow(struct device *d, uint32_t a) { __asm__ volatile("addl %1, %0\n\tinto" : "+r"(a) : "m"(d->flags)); d->count = a; }
NOINLINE uint32_t bounded(uint32_t i, const uint32_t *limits) { __asm__ volatile("bound %0, (%1)" :: "r"(i), "r"(limits)); return i; }
NOINLINE void pop_into(struct device *d) { __asm__ volatile("pushl %1\n\tpopl %0" : "=m"(d->table[5]) : "r"(d->flags)); }
NOINLINE uint32_t stack_limit(uint32_t p) { uint32_t v; __asm__ volatile("push %%ebp\n\tmov %1, %%ebp\n\tmov (%%ebp), %0\n\tpop %%ebp" : "=r"(v) : "r"(p)); return v; }
NOINLINE uint32_t data_limit(uint32_t p) { return *(volatile uint32_t *)p; }
NOINLINE void load_absent_segment(uint32_t selector) { __asm__ volatile("movw %w0, %%gs" :: "r"(selector)); }
NOINLINE uint32_t null_segment(uint32_t p) { uint32_t v; __asm__ volatile("xor %0, %0\n\tmov %0, %%fs\n\tmov %%fs:(%1), %0" : "=&r"(v) : "r"(p)); return v; }
NOINLINE void store_aligned(float *p, float x) { __asm__ volatile("movss %1, %%xmm0\n\tshufps $0, %%xmm0, %%xmm0\n\tmovaps %%xmm0, (%0)" :: "r"(p), "m"(x) : "memory"); }
NOINLINE float sse_load(const float *p) { float x; __asm__ volatile("movups 8(%1), %%xmm1\n\tmovss %%xmm1, %0" : "=m"(x) : "r"(p)); return x; }
NOINLINE double x87_load(const double *p, uint32_t i) { return p[i] * 2.0; }
NOINLINE void x87_divide(void) { uint16_t cw = 0x37b; float x = 0; __asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfdivs %1\n\tfwait" :: "m"(cw), "m"(x)); }
NOINLINE void simd_divide(void) { uint32_t csr = 0x1d00; float x = 0; __asm__ volatile("ldmxcsr %0\n\tmovss %1, %%xmm0\n\tdivss %%xmm0, %%xmm0\n\tdivps %%xmm0, %%xmm0" :: "m"(csr), "m"(x)); }
NOINLINE uint32_t switch_on(struct device *d, uint32_t k)
{
  switch (k) {
  case 0: return d->flags;
  case 1: return d->table[0];
  case 2: return d->count;
  case 3: return d->head->value;
  case 4: return d->port;
  default: return 0;
  }
}
NOINLINE uint32_t sum(const uint32_t *p, uint32_t n) { uint32_t s = 0; for (uint32_t i = 0; i < n; i++) s += p[i] ^ (s << 3); return s; }
NOINLINE uint32_t two_ways(struct device *d, uint32_t k) { uint32_t *p = d->table; if (k & 1) p = (uint32_t *)d->head; __asm__ volatile("" : "+r"(p)); return p[1]; }
NOINLINE uint32_t deep(struct device *d, uint32_t n) { volatile uint8_t room[200]; room[n & 127] = (uint8_t)n; return n == ~0u ? 0 : deep(d, n + 1) + room[n & 63]; }
NOINLINE void unaligned_word(void *p) { *(volatile uint32_t *)p = 7; }
NOINLINE uint8_t xlat(const uint8_t *table, uint8_t c) { __asm__ volatile("xlatb" : "+a"(c) : "b"(table)); return c; }
NOINLINE uint64_t compare8(uint64_t *p) { uint64_t v = 1; __asm__ volatile("lock cmpxchg8b %1" : "+A"(v), "+m"(*p) : "b"(2), "c"(0)); return v; }
NOINLINE void leave_frame(uint32_t p) { __asm__ volatile("mov %0, %%ebp\n\tleave\n\tret" :: "r"(p)); }

/* Keeps calls whose result nobody wants. */
static volatile uint32_t sink;

static void run(const char *name)
{
  struct device *d = device();
  static const uint32_t limits[2] = { 2, 9 };
  uint32_t *last = (uint32_t *)(GUARD_PAGE - 64);
#define CASE(text) else if (strcmp(name, text) == 0)
#define TRAP __asm__ volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl" ::: "cc", "memory")
  if (0) return;
  CASE("list_length") { struct list *l = (struct list *)(DATA_BASE + 0x100); l->value = 4; l->next = l + 2; l[2].value = 9; l[2].next = 0; d->head = l; TRAP; list_length(d); }
  CASE("read_flags") { d->table = 0; TRAP; sink = read_flags(d); }
  CASE("store_word") { TRAP; store_word(d, 0x80001234, 0xbeef); }
  CASE("count_up") { d->count = 0x00100000; TRAP; count_up(d); }
  CASE("set_bit") { TRAP; set_bit(d, 0x00fedcba); }
  CASE("ratio") { TRAP; sink = ratio(d, 1000); }
  CASE("lowest") { TRAP; sink = (uint32_t)lowest((int32_t)0x80000000, -1); }
  CASE("call_poll") { d->poll = (uint32_t (*)(struct device *))0x6f6e6d6c; TRAP; call_poll(d); }
  CASE("clear") { TRAP; clear(last, 0x40); }
  CASE("copy") { TRAP; copy((void *)(DATA_BASE + 0x20), last + 12, 0x30); }
  CASE("bug") { TRAP; bug(d); }
  CASE("bug_inline") { TRAP; bug_inline(d); }
  CASE("breakpoint") { TRAP; breakpoint(d); }
  CASE("overflow") { TRAP; overflow(d, 0x7ffffff8); }
  CASE("bounded") { TRAP; bounded(12, limits); }
  CASE("pop_into") { d->table = (uint32_t *)0x00000fe0; TRAP; pop_into(d); }
  CASE("stack_limit") { TRAP; stack_limit(0xfffffffe); }
  CASE("data_limit") { TRAP; data_limit(0xfffffffd); }
  CASE("load_absent_segment") {
    struct user_desc entry = { .entry_number = 2, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .seg_not_present = 1, .contents = 0, .useable = 1 };
    if (syscall(SYS_modify_ldt, 1, &entry, sizeof entry) != 0) _exit(3);
    TRAP; load_absent_segment(2 << 3 | 7);
  }
  CASE("null_segment") { TRAP; null_segment(0x40); }
  CASE("store_aligned") { TRAP; store_aligned((float *)(DATA_BASE + 0x24), 1.5f); }
  CASE("sse_load") { TRAP; sse_load((const float *)(GUARD_PAGE - 20)); }
  CASE("x87_load") { TRAP; sink = (uint32_t)x87_load((const double *)0x1f80, 0x1000); }
  CASE("x87_divide") { TRAP; x87_divide(); }
  CASE("simd_divide") { TRAP; simd_divide(); }
  CASE("switch_on") { d->head = (struct list *)0x5a5a5a5a; TRAP; sink = switch_on(d, 3); }
  CASE("sum") { TRAP; sink = sum(last, 100); }
  CASE("two_ways") { d->head = (struct list *)0xdead4eac; TRAP; two_ways(d, 5); }
  CASE("deep") { TRAP; sink = deep(d, 1); }
  CASE("unaligned_word") { __asm__ volatile("pushfl\n\torl $0x40000, (%%esp)\n\tpopfl" ::: "cc", "memory"); TRAP; unaligned_word((void *)(DATA_BASE + 0x101)); }
  CASE("xlat") { TRAP; xlat((const uint8_t *)(GUARD_PAGE - 16), 0x41); }
  CASE("compare8") { TRAP; compare8((uint64_t *)(GUARD_PAGE - 4)); }
  CASE("leave_frame") { TRAP; leave_frame(0x00000bad); }
  else _exit(4);
  _exit(5);
}

static const char *chosen;
static void enter(void) { run(chosen); }

int main(int argc, char **argv)
{
  if (argc != 2) return 2;
  chosen = argv[1];
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  void *stack = mmap((void *)STACK_BASE, STACK_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
  void *data = mmap((void *)DATA_BASE, GUARD_PAGE - DATA_BASE, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (stack != (void *)STACK_BASE || data != (void *)DATA_BASE) return 3;
  static uint8_t signal_stack[1 << 16];
  stack_t alternate = { .ss_sp = signal_stack, .ss_size = sizeof signal_stack };
  sigaltstack(&alternate, 0);
  struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
  int signals[] = { SIGTRAP, SIGSEGV, SIGBUS, SIGILL, SIGFPE };
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, 0);
  __asm__ volatile("mov %0, %%esp\n\tcall *%1" :: "r"(STACK_BASE + STACK_SIZE - 0x100), "r"(enter) : "memory");
  return 0;
}
