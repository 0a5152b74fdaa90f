/*
 * Executes single instructions on the real CPU and says what happened, for the differential test of the emulated one.
 * A 32-bit Linux process: reads cases from standard input, writes one answer each to standard output, until the input ends.
 * See test/cpu/oracle.ts for the other end of the protocol.
 *
 * Every instruction runs in this process, under the trap flag, from a register file that a signal frame puts in place.
 * The signal that ends it (SIGTRAP after a completed instruction, SIGSEGV and others at a fault) delivers its outcome.
 *
 *   gcc -m32 -O1 -static -o oracle oracle.c
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

/* Memory that the cases share: code, data and stack, with holes between them. Each byte has a value that depends on its address. */
static const struct { uint32_t start, pages; } REGIONS[] = {
  { 0x10000000u, 2 }, { 0x20000000u, 6 }, { 0x30000000u, 2 },
};
enum { REGION_COUNT = 3, PAGE = 4096, POOL_PAGES = 10, MAX_STEPS = 64, MAX_PATCH = 4096, MAX_CHANGES = 4096 };
enum { TRAP_FLAG = 0x100, MAGIC = 0x4b504c52 };

/* As in a signal frame of the kernel; glibc leaves out everything after the x87 part. */
struct frame_fpstate {
  uint32_t cw, sw, tag, ipoff, cssel, dataoff, datasel;
  uint8_t st[80];
  uint16_t status, magic;
  uint32_t fxsr_env[6], mxcsr, reserved;
  uint8_t fxsr_st[128], xmm[128];
};

/* What one instruction did. The general registers are in encoding order: eax ecx edx ebx esp ebp esi edi. */
struct outcome { uint32_t signal, trap, error_code, cr2, eip, eflags, registers[8]; };

static const int REGISTER_INDEX[8] = { REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI };

static uint8_t initial[POOL_PAGES][PAGE];
static uint8_t *pool[POOL_PAGES];
static uint8_t protection[POOL_PAGES];

static struct {
  uint32_t steps_wanted, steps_done;
  uint32_t registers[8], eip, eflags;
  struct outcome outcomes[MAX_STEPS];
} run;
static mcontext_t resume;
static struct frame_fpstate resume_fpu;
static uint8_t signal_stack[1 << 16];

static uint8_t pattern(uint32_t address)
{
  uint32_t h = address * 0x9e3779b1u;
  return (uint8_t)(h >> 24 ^ h >> 13);
}

static void set_registers(ucontext_t *context)
{
  greg_t *g = context->uc_mcontext.gregs;
  for (int i = 0; i < 8; i++) g[REGISTER_INDEX[i]] = (greg_t)run.registers[i];
  g[REG_UESP] = (greg_t)run.registers[4];
  g[REG_EIP] = (greg_t)run.eip;
  g[REG_EFL] = (greg_t)(run.eflags | TRAP_FLAG);
}

/* SIGUSR1: leaves the main loop for the first instruction of the case. */
static void on_start(int signal, siginfo_t *info, void *raw)
{
  ucontext_t *context = raw;
  (void)signal; (void)info;
  memcpy(&resume, &context->uc_mcontext, sizeof resume);
  memcpy(&resume_fpu, context->uc_mcontext.fpregs, sizeof resume_fpu);
  set_registers(context);
}

static void on_outcome(int signal, siginfo_t *info, void *raw)
{
  /* The kernel leaves AC as the instruction had it, and then accesses of this handler could trap. */
  __asm__ volatile("pushfl\n\tandl $~0x40000, (%%esp)\n\tpopfl" ::: "memory", "cc");
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  (void)info;
  struct outcome *out = &run.outcomes[run.steps_done++];
  out->signal = (uint32_t)signal;
  out->trap = (uint32_t)g[REG_TRAPNO];
  out->error_code = (uint32_t)g[REG_ERR];
  out->cr2 = (uint32_t)context->uc_mcontext.cr2;
  out->eip = (uint32_t)g[REG_EIP];
  out->eflags = (uint32_t)g[REG_EFL];
  for (int i = 0; i < 8; i++) out->registers[i] = (uint32_t)g[REGISTER_INDEX[i]];
  if (signal == SIGTRAP && out->trap == 1 && run.steps_done < run.steps_wanted) {
    g[REG_EFL] |= TRAP_FLAG;
    return;
  }
  /* A return from a signal restores neither NT nor ID: the next case must not find what popf left there. */
  __asm__ volatile("pushfl\n\tandl $~0x204000, (%%esp)\n\tpopfl" ::: "memory", "cc");
  struct frame_fpstate *fpu = (void *)context->uc_mcontext.fpregs;
  struct _libc_fpstate *pointer = context->uc_mcontext.fpregs;
  memcpy(fpu, &resume_fpu, sizeof resume_fpu);
  memcpy(&context->uc_mcontext, &resume, sizeof resume);
  context->uc_mcontext.fpregs = pointer;
}

static uint32_t read_word(void)
{
  uint32_t word;
  if (fread(&word, 4, 1, stdin) != 1) exit(0);
  return word;
}

static void write_words(const void *words, size_t count) { fwrite(words, 4, count, stdout); }

static int page_of(uint32_t address)
{
  int first = 0;
  for (int r = 0; r < REGION_COUNT; r++) {
    uint32_t page = (address - REGIONS[r].start) / PAGE;
    if (address >= REGIONS[r].start && page < REGIONS[r].pages) return first + (int)page;
    first += (int)REGIONS[r].pages;
  }
  exit(3);
}

static void create_pool(void)
{
  int page = 0;
  for (int r = 0; r < REGION_COUNT; r++) {
    void *start = (void *)(uintptr_t)REGIONS[r].start;
    size_t size = REGIONS[r].pages * PAGE;
    if (mmap(start, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != start)
      exit(2);
    for (uint32_t p = 0; p < REGIONS[r].pages; p++, page++) {
      pool[page] = (uint8_t *)start + p * PAGE;
      protection[page] = PROT_READ | PROT_WRITE | PROT_EXEC;
      for (uint32_t i = 0; i < PAGE; i++) pool[page][i] = initial[page][i] = pattern(REGIONS[r].start + p * PAGE + i);
    }
  }
}

static void set_protection(int page, uint32_t wanted)
{
  if (protection[page] == wanted) return;
  if (mprotect(pool[page], PAGE, (int)wanted) != 0) exit(4);
  protection[page] = (uint8_t)wanted;
}

static void write_changes(uint8_t before[POOL_PAGES][PAGE])
{
  static uint32_t changes[2 * MAX_CHANGES];
  uint32_t count = 0;
  for (int page = 0; page < POOL_PAGES; page++) {
    set_protection(page, PROT_READ | PROT_WRITE | PROT_EXEC);
    if (memcmp(pool[page], before[page], PAGE) != 0) {
      for (int i = 0; i < PAGE; i++) {
        if (pool[page][i] == before[page][i] || count == MAX_CHANGES) continue;
        changes[2 * count] = (uint32_t)(uintptr_t)&pool[page][i];
        changes[2 * count + 1] = pool[page][i];
        count++;
      }
    }
    if (memcmp(pool[page], initial[page], PAGE) != 0) memcpy(pool[page], initial[page], PAGE);
  }
  write_words(&count, 1);
  write_words(changes, 2 * count);
}

/* magic, steps, registers[8], eip, eflags, patch count { address, length, bytes padded to words }, page count { address, protection } */
static void run_case(void)
{
  static uint8_t before[POOL_PAGES][PAGE];
  static uint8_t patch[MAX_PATCH];
  if (read_word() != MAGIC) exit(5);
  run.steps_wanted = read_word();
  if (run.steps_wanted == 0 || run.steps_wanted > MAX_STEPS) exit(6);
  for (int i = 0; i < 8; i++) run.registers[i] = read_word();
  run.eip = read_word();
  run.eflags = read_word();
  run.steps_done = 0;
  for (uint32_t patches = read_word(); patches > 0; patches--) {
    uint32_t address = read_word(), length = read_word();
    if (length > MAX_PATCH || fread(patch, 1, (length + 3) & ~3u, stdin) != ((length + 3) & ~3u)) exit(7);
    for (uint32_t i = 0; i < length; i++) pool[page_of(address + i)][(address + i) % PAGE] = patch[i];
  }
  memcpy(before, initial, sizeof before);
  for (int page = 0; page < POOL_PAGES; page++)
    if (memcmp(pool[page], initial[page], PAGE) != 0) memcpy(before[page], pool[page], PAGE);
  for (uint32_t pages = read_word(); pages > 0; pages--) {
    uint32_t address = read_word();
    set_protection(page_of(address), read_word());
  }
  raise(SIGUSR1);
  write_words(&run.steps_done, 1);
  write_words(run.outcomes, run.steps_done * sizeof(struct outcome) / 4);
  write_changes(before);
  /* The next case may be the last. */
  fflush(stdout);
}

int main(void)
{
  static const int ENDS[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
  stack_t stack = { .ss_sp = signal_stack, .ss_size = sizeof signal_stack };
  struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
  sigaltstack(&stack, NULL);
  action.sa_sigaction = on_start;
  sigaction(SIGUSR1, &action, NULL);
  action.sa_sigaction = on_outcome;
  for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) sigaction(ENDS[i], &action, NULL);
  create_pool();
  for (;;) run_case();
}
