/*
 * Crashes on the real CPU, one case for each kind of bug that the other programs here do not show, and prints the crash as a 4.4 kernel
 * would: the source of the scenarios of docs/diagnosis.md. Code, stack and data lie where a kernel has them, and functions have the names
 * that kernels give to such functions. Registers, code bytes, stack words, address and error code are the CPU's; of the error code the bit
 * for user mode is taken off. Page-table words, which a
 * program cannot see, and other lines of a kernel come from the command line.
 *
 *   gcc -m32 -O2 -fno-pic -static -no-pie -fcf-protection=none -fno-stack-protector -fno-omit-frame-pointer \
 *     -Wl,-Ttext-segment=0xc1200000 -o kinds kinds.c
 *   ./kinds list_of RELEASE [LINE...]
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

/* As kernels are built: arguments in registers. */
#define IN_REGISTERS __attribute__((regparm(3)))
#define NOINLINE __attribute__((noinline, noclone, used)) IN_REGISTERS
enum { WINDOW = 64, BEFORE = 43, STACK_WORDS = 24, MOST_SYMBOLS = 8192 };
#define STACK_BASE 0xf5a0a000u
#define STACK_SIZE 0x2000u
#define DATA_BASE 0xf6100000u
#define GUARD_PAGE 0xf6102000u
#define MODULE_TEXT 0xf8a01049u

struct symbol { uint32_t start, size; char name[40]; };
static struct symbol symbols[MOST_SYMBOLS];
static int symbol_count, line_count;
static const char *release, **lines;

static const struct symbol *symbol_at(uint32_t address)
{
  for (int i = 0; i < symbol_count; i++)
    if (address - symbols[i].start < symbols[i].size) return &symbols[i];
  return 0;
}

static void read_symbols(const char *self)
{
  char command[256], line[256];
  snprintf(command, sizeof command, "nm -S --defined-only %s", self);
  FILE *nm = popen(command, "r");
  while (nm && fgets(line, sizeof line, nm) && symbol_count < MOST_SYMBOLS) {
    struct symbol *s = &symbols[symbol_count];
    char type;
    if (sscanf(line, "%x %x %c %39s", &s->start, &s->size, &type, s->name) == 4 && (type | 32) == 't') symbol_count++;
  }
  if (nm) pclose(nm);
}

static const char *named(uint32_t address)
{
  static char text[80];
  const struct symbol *s = symbol_at(address);
  if (!s) snprintf(text, sizeof text, "0x%x", address);
  else snprintf(text, sizeof text, "%s+0x%x/0x%x", s->name, address - s->start, s->size);
  return text;
}

static const char *const DIE[] = { [0] = "divide error", [3] = "int3", [4] = "overflow", [5] = "bounds", [6] = "invalid opcode", [13] = "general protection fault", [14] = "Oops" };

static void on_fault(int signal, siginfo_t *info, void *raw)
{
  greg_t *g = ((ucontext_t *)raw)->uc_mcontext.gregs;
  uint32_t eip = (uint32_t)g[REG_EIP], esp = (uint32_t)g[REG_ESP], cr2 = (uint32_t)((ucontext_t *)raw)->uc_mcontext.cr2;
  int vector = g[REG_TRAPNO];
  (void)signal; (void)info;
  if (vector == 14) {
    if (cr2 < 4096) printf("BUG: unable to handle kernel NULL pointer dereference at %08x\n", cr2);
    else printf("BUG: unable to handle kernel paging request at %08x\n", cr2);
    printf("IP: [<%08x>] %s\n", eip, named(eip));
  }
  for (int i = 0; i < line_count; i++) printf("%s\n", lines[i]);
  printf("%s: %04x [#1] SMP \n", DIE[vector], (unsigned)g[REG_ERR] & ~4u);
  printf("Modules linked in:\nCPU: 0 PID: 311 Comm: kinds Not tainted %s #1\n", release);
  printf("task: f5800000 ti: f5a0a000 task.ti: f5a0a000\n");
  printf("EIP: 0060:[<%08x>] EFLAGS: %08x CPU: 0\nEIP is at %s\n", eip, (unsigned)g[REG_EFL], named(eip));
  printf("EAX: %08x EBX: %08x ECX: %08x EDX: %08x\n", g[REG_EAX], g[REG_EBX], g[REG_ECX], g[REG_EDX]);
  printf("ESI: %08x EDI: %08x EBP: %08x ESP: %08x\n", g[REG_ESI], g[REG_EDI], g[REG_EBP], esp);
  printf(" DS: 007b ES: 007b FS: 00d8 GS: 00e0 SS: 0068\n");
  printf("CR0: 80050033 CR2: %08x CR3: 01f2a000 CR4: 000006d0\nStack:\n", vector == 14 ? cr2 : 0);
  const uint32_t *words = (const uint32_t *)(uintptr_t)esp;
  int count = esp - STACK_BASE < STACK_SIZE ? (int)((STACK_BASE + STACK_SIZE - esp) / 4) : 0;
  if (count > STACK_WORDS) count = STACK_WORDS;
  for (int i = 0; i < count; i++) printf("%s%08x%s", i % 8 == 0 ? " " : "", words[i], i % 8 == 7 || i == count - 1 ? "\n" : " ");
  printf("Call Trace:\n");
  for (int i = 0; i < count; i++) {
    const struct symbol *s = symbol_at(words[i]);
    if (s && words[i] != s->start) printf(" [<%08x>] %s\n", words[i], named(words[i]));
  }
  printf("Code:");
  if (!symbol_at(eip)) printf("  Bad EIP value.");
  else for (int i = -BEFORE; i < WINDOW - BEFORE; i++) {
    uint8_t byte = ((const uint8_t *)(uintptr_t)eip)[i];
    printf(i == 0 ? " <%02x>" : " %02x", byte);
  }
  printf("\nEIP: [<%08x>] %s SS:ESP 0068:%08x\n", eip, named(eip), esp);
  if (vector == 14) printf("CR2: %016x\n", cr2);
  printf("---[ end trace 5d1c0f27a3b4e960 ]---\n");
  fflush(stdout);
  _exit(0);
}

struct item { uint32_t key, flags; struct item *next; uint32_t *table; void (*done)(struct item *); char name[16]; };
uint32_t cpu_offsets[4];
static volatile uint32_t sink;

static NOINLINE uint32_t next_key(struct item *item) { struct item *next = item->next; return next->key + item->flags; }
static NOINLINE uint32_t table_entry(struct item *item, uint32_t at) { uint32_t *table = item->table; return table[at] + item->key; }
static NOINLINE uint32_t flags_of(struct item *item) { return item->flags; }
static NOINLINE void call_done(struct item *item) { item->flags++; item->done(item); sink++; }
static NOINLINE uint32_t kmem_cache_alloc(struct item *cache, uint32_t how)
{
  struct item *object = cache->next;
  cache->next = object->next;
  return object->key + how;
}
static NOINLINE void set_flag(struct item *item, uint32_t flag) { item->flags |= flag; sink = flag; }
static NOINLINE uint32_t per_item(struct item *item, uint32_t by) { return item->key / by; }

/* The callee overruns its own buffer, over the register that it saved. */
void reset_name(void);
__asm__(".text\n.globl reset_name\n.type reset_name,@function\nreset_name:\n\tpush %ebx\n\tsub $8,%esp\n\txor %ebx,%ebx\n\tmov %ebx,(%esp)\n\tmov %ebx,4(%esp)\n\tmov %ebx,8(%esp)\n\tadd $8,%esp\n\tpop %ebx\n\tret\n.size reset_name,.-reset_name\n");
IN_REGISTERS uint32_t stat_read(uint32_t cpu, uint32_t counter);
__asm__(".text\n.globl stat_read\n.type stat_read,@function\nstat_read:\n\tpush %ebp\n\tmov %esp,%ebp\n\tmov cpu_offsets(,%eax,4),%eax\n\tmov (%eax,%edx,1),%eax\n\tpop %ebp\n\tret\n.size stat_read,.-stat_read\n");
IN_REGISTERS void zero_area(void *area, uint32_t words);
__asm__(".globl zero_area\n.type zero_area,@function\nzero_area:\n\tpush %ebp\n\tmov %esp,%ebp\n\tpush %edi\n\tmov %eax,%edi\n\tmov %edx,%ecx\n\tmov %eax,%edx\n\txor %eax,%eax\n\trep stosl\n\tmov %edx,%eax\n\tpop %edi\n\tpop %ebp\n\tret\n.size zero_area,.-zero_area\n");
/* The slow path of a mutex puts its waiter at the end of the list of waiters. */
IN_REGISTERS void __mutex_lock_slowpath(struct item *lock);
__asm__(".globl __mutex_lock_slowpath\n.type __mutex_lock_slowpath,@function\n__mutex_lock_slowpath:\n\tpush %ebp\n\tmov %esp,%ebp\n\tsub $0x10,%esp\n\tlea 8(%eax),%ecx\n\tlea -0x10(%ebp),%edx\n\tmov %ecx,-0x10(%ebp)\n\tmov 0xc(%eax),%ecx\n\tmov %edx,0xc(%eax)\n\tmov %ecx,-0xc(%ebp)\n\tmov %edx,(%ecx)\n\tleave\n\tret\n.size __mutex_lock_slowpath,.-__mutex_lock_slowpath\n");
IN_REGISTERS uint32_t rename_item(struct item *item);
__asm__(".globl rename_item\n.type rename_item,@function\nrename_item:\n\tpush %ebp\n\tmov %esp,%ebp\n\tpush %ebx\n\tmov %eax,%ebx\n\tmov 4(%ebx),%eax\n\tmov %eax,8(%ebx)\n\tcall reset_name\n\tmov 8(%ebx),%eax\n\tpop %ebx\n\tpop %ebp\n\tret\n.size rename_item,.-rename_item\n");
IN_REGISTERS void return_wild(uint32_t to);
__asm__(".globl return_wild\n.type return_wild,@function\nreturn_wild:\n\tpush $0x1234\n\tpush %eax\n\tret\n.size return_wild,.-return_wild\n");
/* The code of a module that is loaded and unloaded: a page that is taken away again. */
IN_REGISTERS void after_timer(void (*function)(void));
__asm__(".globl after_timer\n.type after_timer,@function\nafter_timer:\n\tpush %ebp\n\tmov %esp,%ebp\n\tcall *%eax\n\tpop %ebp\n\tret\n.size after_timer,.-after_timer\n");

static const char *chosen;
#define CASE(text) else if (strcmp(chosen, text) == 0)
static NOINLINE void run_case(void)
{
  struct item *item = (struct item *)DATA_BASE;
  memset(item, 0, 0x2000);
  item->key = 7; item->flags = 3;
  if (0) return;
  CASE("page-poison") { item->next = (struct item *)0xaaaaaaaa; sink = next_key(item); }
  CASE("red-zone") { item->next = (struct item *)0x170fc2a5; sink = next_key(item); }
  CASE("magic-value") { item->next = (struct item *)0xdead4ead; sink = next_key(item); }
  CASE("minus-one") { sink = flags_of((struct item *)0xffffffff); }
  CASE("null-array") { sink = table_entry(item, 0x2c); }
  CASE("percpu") { cpu_offsets[1] = 0x35a0c000; sink = stat_read(1, 0); }
  CASE("text") { memcpy(&item->next, "eth0", 4); sink = next_key(item); }
  CASE("area") { zero_area((void *)GUARD_PAGE, 0x40); }
  CASE("free-list") { item->next = (struct item *)0x23230a0d; sink = kmem_cache_alloc(item, 1); }
  CASE("lock") { __mutex_lock_slowpath(item); }
  CASE("lost-register") { sink = rename_item(item); }
  CASE("user-page") { item = (struct item *)0x08049000; mmap(item, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); sink = item->flags; set_flag(item, 8); sink++; }
  CASE("wild-return") { return_wild(0xc0ffee00); }
  CASE("code-gone") { after_timer((void (*)(void))MODULE_TEXT); }
  CASE("divide") { sink = per_item(item, 0); }
  CASE("unmapped") { sink = next_key((struct item *)GUARD_PAGE); }
  CASE("vmalloc") { sink = next_key((struct item *)(MODULE_TEXT & ~0xfffu)); }
  CASE("null") { sink = next_key(0); }
  CASE("other-null") { sink = table_entry(0, 1); }
}

int main(int argc, char **argv)
{
  if (argc < 3) return 2;
  chosen = argv[1]; release = argv[2]; lines = (const char **)argv + 3; line_count = argc - 3;
  read_symbols(argv[0]);
  mmap((void *)STACK_BASE, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  mmap((void *)DATA_BASE, 0x2000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  static char alternate[1 << 16];
  stack_t stack = { .ss_sp = alternate, .ss_size = sizeof alternate };
  sigaltstack(&stack, 0);
  struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
  int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
  for (int i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
  __asm__ volatile("movl %0, %%esp\n\txorl %%ebp, %%ebp\n\tcall run_case" : : "r"(STACK_BASE + STACK_SIZE - 0x100) : "memory");
  return 1;
}
