// SPDX-License-Identifier: GPL-2.0
/*
 * A module for Linux 6.1 i386 that faults on request in ways that user code cannot: the source of the scenarios that name it.
 *
 *   insmod faults.ko fault=invalid_tss
 */
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/nmi.h>
#include <linux/smp.h>

struct ring { u32 head, tail, size; u32 *slots; struct ring *peer; u16 owner, flags; };

static char *fault = "";
module_param(fault, charp, 0);

static struct ring first = { .head = 3, .tail = 7, .size = 16, .owner = 0x51, .flags = 0x8 };

static noinline u32 warn(struct ring *r)
{
	u32 used = r->head - r->tail;

	if (WARN_ON(used > r->size))
		used = 0;
	return used;
}

static noinline u32 sum_of_peer(struct ring *r)
{
	u32 sum = 0, i;

	for (i = 0; i < r->size; i++)
		sum += r->slots[i] ^ r->peer->slots[i];
	return sum;
}

/* The NT flag left set: iret then takes the link of the current task state segment for a task to return to. */
static noinline u32 return_with_nested_task(struct ring *r)
{
	u32 left = r->size - r->head;

	asm volatile("pushfl\n\torl $0x4000, (%%esp)\n\tpopfl\n\tpushfl\n\tpushl %%cs\n\tpushl $1f\n\tiret\n1:" : "+r"(left) :: "memory", "cc");
	return left + r->tail;
}

/* CR0.EM says that there is no x87: the next x87 instruction is told so. */
static noinline void x87_without_x87(struct ring *r)
{
	u32 cr0;

	asm volatile("mov %%cr0, %0" : "=r"(cr0));
	cr0 = (cr0 & ~8u) | 4;
	asm volatile("mov %0, %%cr0\n\tfildl %1" :: "r"(cr0), "m"(r->head) : "memory");
}

/* CR0.TS is what older kernels set at a task switch; this one expects never to see it. */
static noinline void x87_after_task_switch(struct ring *r)
{
	u32 cr0;

	asm volatile("mov %%cr0, %0" : "=r"(cr0));
	asm volatile("mov %0, %%cr0\n\tfildl %1\n\tfstp %%st" :: "r"(cr0 | 8), "m"(r->head) : "memory");
}

/* The trap flag in the kernel: a single step that nobody asked for. */
static noinline u32 single_step(struct ring *r)
{
	u32 sum = r->head;

	asm volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\taddl %1, %0\n\taddl %2, %0" : "+r"(sum) : "m"(r->tail), "m"(r->size) : "memory", "cc");
	return sum;
}

/* A watchpoint of the debug registers that the kernel knows nothing of. */
static noinline u32 stray_watchpoint(struct ring *r)
{
	u32 control = 0x000d0402;

	asm volatile("mov %0, %%db0\n\tmov %1, %%db7" :: "r"(&r->tail), "r"(control));
	r->tail++;
	r->head ^= r->tail;
	return r->head;
}

static noinline void icebp(struct ring *r) { r->head++; asm volatile(".byte 0xf1" ::: "memory"); r->tail = r->head; }

static noinline u32 stack_beyond_limit(struct ring *r)
{
	u32 value;

	asm volatile("push %%ebp\n\tmov %1, %%ebp\n\tmov 2(%%ebp), %0\n\tpop %%ebp" : "=r"(value) : "r"(~r->tail | 0xfffffffc));
	return value;
}

static noinline void x87_divide(struct ring *r)
{
	u16 control = 0x37b;
	u32 zero = 0;

	asm volatile("fninit\n\tfldcw %0\n\tfildl %1\n\tfidivl %2\n\tfwait" :: "m"(control), "m"(r->head), "m"(zero));
}

static noinline void simd_divide(struct ring *r)
{
	u32 control = 0x1d00;
	u32 zero = 0;

	asm volatile("ldmxcsr %0\n\tmovss %1, %%xmm0\n\tdivss %%xmm0, %%xmm0" :: "m"(control), "m"(zero));
}

static noinline void overflow(struct ring *r) { u32 n = r->tail; asm volatile("addl $0x7ffffffa, %0\n\tinto" : "+r"(n) :: "cc"); r->head = n; }
static noinline void breakpoint(struct ring *r) { r->head += 2; asm volatile("int3"); r->head = 0; }

/* Two CPUs at once: one warns, one follows a pointer that is none. The messages of both go to one console. */
static atomic_t ready;

static int on_cpu(void *argument)
{
	struct ring *r = argument;

	atomic_inc(&ready);
	while (atomic_read(&ready) < 2)
		cpu_relax();
	return smp_processor_id() == 0 ? warn(r) : sum_of_peer(r);
}

static void two_cpus(struct ring *r)
{
	unsigned int cpu;

	for (cpu = 0; cpu < 2; cpu++) {
		struct task_struct *task = kthread_create(on_cpu, r, "ring/%u", cpu);

		kthread_bind(task, cpu);
		wake_up_process(task);
	}
	msleep(3000);
}

static const struct { const char *name; void (*run)(struct ring *); } cases[] = {
	{ "invalid_tss", (void *)return_with_nested_task },
	{ "no_x87", x87_without_x87 },
	{ "task_switched", x87_after_task_switch },
	{ "single_step", (void *)single_step },
	{ "watchpoint", (void *)stray_watchpoint },
	{ "icebp", icebp },
	{ "stack_limit", (void *)stack_beyond_limit },
	{ "x87_divide", x87_divide },
	{ "simd_divide", simd_divide },
	{ "overflow", overflow },
	{ "breakpoint", breakpoint },
	{ "warn", (void *)warn },
	{ "two_cpus", two_cpus },
};

static int __init faults_init(void)
{
	static u32 slots[16] = { 9, 8, 7 };
	unsigned int i;

	first.slots = slots;
	first.peer = (struct ring *)0x2000;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (strcmp(cases[i].name, fault) == 0)
			cases[i].run(&first);
	return 0;
}

static void __exit faults_exit(void) {}
module_init(faults_init);
module_exit(faults_exit);
MODULE_DESCRIPTION("Faults on request");
MODULE_LICENSE("GPL");

/*
 * Kbuild: `obj-m := faults.o`, `ccflags-y := -fmacro-prefix-map=$(M)/= -fno-toplevel-reorder`. Logs name line 25: what comes before it stays.
 * The recordings are what `qemu-system-i386 -d exec,cpu -dfilter <the module>` says with one instruction in a block, switched on just
 * before insmod. QEMU without KVM has no segment limits, no int1 and no stray watchpoints: those cases ask for a real machine.
 */
