// Functions of the kernel that do what they are told: where one faults on what it was given, its caller is to be looked at. Names as they
// stand in kallsyms of 2.2 to 6.x, without what compilers append.

export type HelperClass =
  | 'string'
  | 'lock'
  | 'list'
  | 'reference'
  | 'allocator'
  | 'print'
  | 'wait'
  | 'io'
  | 'object'
  /** It looks at what its callers did, and stops the kernel or warns. */
  | 'check';

const HELPERS: readonly (readonly [HelperClass, RegExp])[] = [
  [
    'check',
    /^(usercopy_(abort|warn)|__check_(heap_object|object_size|stack_object)|fortify_panic|__?fortify_report|skb_(over_panic|under_panic|panic)|refcount_(warn_saturate|\w*_checked)|__list_(add|del_entry)_valid(_or_report)?|__phys_addr(_debug)?|slow_virt_to_phys|__virt_addr_valid|__invalid_creds|__ubsan_handle_\w+|ubsan_\w+|__stack_chk_fail|lockdep_\w+|lock_is_held_type|preempt_count_(add|sub)|debug_(object|list|check)_\w+|__?warn_on\w*|report_cfi_failure|debug_print_object|assfail|asswarn|xfs_(error|corruption)_report|dump_page|kasan_\w+|check_(slab|poison)_\w+|object_err|slab_(err|bug))$/,
  ],
  [
    'string',
    /^_{0,4}(str(n?len|n?c?cmp|n?casecmp|[nl]?cpy|n?cat|lcat|scpy|r?n?chr(nul)?|n?str|c?spn|sep|pbrk|dup|im)|mem(cpy|move|set(16|32)?|cmp|scan|chr(_inv)?|dup|w_?eq)|bcmp|csum_partial(_copy(_generic)?)?|crc(16|32)\w*|checksum|do_csum|sysfs_streq)$/,
  ],
  [
    'string',
    /^(_{0,2}(memcpy|memset|memmove)(_(to|from)io|_flushcache|_mcsafe)?|_?(mmx|sse|generic)_mem(cpy|set)|__constant_c?_?mem(set|cpy)|_{0,2}copy_(to|from)_user(_\w+)?|_{0,2}(generic_)?copy_(to|from)_user|_{0,2}clear_user|str(n)?(len|cpy|cmp)_(from_)?user)$/,
  ],
  ['lock', /^_{0,3}(raw_)?(spin|read|write|seq)_(un|try)?lock(_(irq(save|restore)?|bh|nested|slow|wait|failed))*$/],
  [
    'lock',
    /^(native_)?queued_(spin|read|write)_lock_slowpath$|^_{0,2}ticket_spin_lock(_wait)?$|^do_raw_(spin|read|write)_(un|try)?lock$|^spin_(bug|dump)$/,
  ],
  [
    'lock',
    /^_{0,3}(ww_|rt_)?mutex_(un|try)?lock(_\w+)?$|^(down|up)(_(read|write|trylock|interruptible|killable|timeout))*(_nested)?$|^_{0,2}(down|up)(_\w+)?$|^rwsem_\w+$|^(lock_acquire|lock_release|__lock_acquire|register_lock_class)$|^debug_(mutex|rt_mutex|spin)_\w+$/,
  ],
  [
    'list',
    /^_{0,2}(list_(add|del|sort|lru_\w+)(_(tail|entry|rcu|valid))*|list_(add|del)_(entry_)?valid(_or_report)?|hlist_\w+|plist_(add|del))$/,
  ],
  [
    'list',
    /^_{0,2}(rb_(insert_color|erase|next|prev|first|last|replace_node)(_\w+)?|rb_(insert|erase)_color|radix_tree_\w+|xa(s|rray)?_\w+|idr_\w+|ida_\w+|interval_tree_\w+|llist_\w+|klist_\w+|prio_tree_\w+)$/,
  ],
  [
    'reference',
    /^_{0,2}(kref_(get|put|init|sub)|refcount_\w+|atomic_\w+|kobject_(get|put|get_unless_zero)|module_(get|put)|try_module_get|module_put|get_device|put_device)$/,
  ],
  [
    'object',
    /^_{0,2}(kobject_\w+|kset_\w+|sysfs_(create|remove|add|delete|merge|unmerge|update|rename|notify|chmod|get|put|find|emit|break)\w*|kernfs_(create|remove|get|put|add|find|link|new|notify|activate|name|path)\w*|device_(add|del|register|unregister|create|initialize)(_\w+)?|dev_(get|set)_drvdata|dev_driver_string|dev_name|_dev_\w+)$/,
  ],
  [
    'allocator',
    /^_{0,3}(kmem_cache_(alloc|free)(_\w+)?|k[mzc]?alloc(_\w+)?|kfree(_\w+)?|kv?m?z?alloc|kvfree|krealloc|vmalloc(_\w+)?|vfree|cache_(alloc|free)_\w+|slab_(alloc|free)(_\w+)?|free_block|get_free_pages|(alloc|free)_pages?(_\w+)?|drain_(array|freelist)|ksize|mempool_(alloc|free)|put_page|get_page|page_cache_release|slab_get_obj|new_slab|deactivate_slab|discard_slab|bulk_\w+)$/,
  ],
  [
    'print',
    /^(v?s[cn]*n?printf|_?v?printk(_\w+)?|vprintk_\w+|string(_nocheck)?|pointer|number|format_decode|vsscanf|sscanf|seq_(v?printf|puts|putc|write|escape)|kv?asprintf|_dev_(err|warn|info|printk)|dev_printk\w*|dump_stack|show_\w+)$/,
  ],
  [
    'wait',
    /^_{0,2}(wake_up(_\w+)?|try_to_wake_up|complete(_all)?|wait_for_completion(_\w+)?|(prepare|finish)_(to_)?wait(_\w+)?|(add|remove)_wait_queue(_\w+)?|autoremove_wake_function|default_wake_function|(add|mod|del|try_to_del)_timer(_\w+)?|del_timer_sync|timer_(delete|shutdown)\w*|detach_timer|hrtimer_\w+|internal_add_timer|detach_if_pending|queue_(delayed_)?work(_on)?|cancel_(delayed_)?work(_sync)?|flush_work(queue)?|insert_work|schedule_work|wake_up_process|task_rq_lock|swake_up\w*|up)$/,
  ],
  ['io', /^(io(read|write)(8|16|32)(be|_rep)?|(in|out)s?[bwl]|read[bwl]|write[bwl]|memcpy_(to|from)io)$/],
];

/** What the kernel runs to report a crash: it stands in traces and has nothing to do with it. */
const OOPS_PATH =
  /^(die(_\w+)?|oops_\w+|panic|show_(stack|regs|registers|trace)\w*|dump_stack(_\w+)?|do_(page_fault|trap|general_protection|invalid_op|divide_error|int3|error_trap|nmi)|(bad|no)_area\w*|__bad_area\w*|bad_area_nosemaphore|no_context|(kernelmode_)?fixup_or_oops|page_fault_oops|exc_\w+|handle_exception|error_code|common_exception\w*|asm_exc_\w+|__?do_(sys|user)_?\w*fault\w*|do_user_addr_fault|do_kern_addr_fault|invalid_op|general_protection|divide_error|page_fault|double_fault|report_bug|warn_slowpath\w*|__warn(_printk)?|spurious_\w*fault|vmalloc_fault|trace_hardirqs_\w+|__die(_\w+)?|math_error|native_show_regs|print_modules|apic_timer_interrupt|common_interrupt|handle_bug|do_trap_no_signal|restore_all\w*)$/;

/** Where the kernel is entered: nobody's fault lies there. */
const ENTRY =
  /^(sysenter_(do_call|past_esp)|syscall_(call|exit)|system_call|entry_(INT80|SYSENTER)_\w+|do_(fast_)?syscall_32\w*|do_SYSENTER_32|do_int80_\w+|kernel_thread_helper|ret_from_(fork|intr|exception|kernel_thread)\w*|kthread|child_rip|start_kernel|i386_start_kernel|startup_32\w*|rest_init|cpu_idle|default_idle|arch_cpu_idle|(do|ret)_(softirq|IRQ)\w*|resume_(kernel|userspace)\w*)$/;

/** Without `.isra.0`, `.part.3`, `.constprop.1`, `.cold` and their like. */
export function baseName(name: string): string {
  return name.replace(/(\.(isra|part|constprop|cold|lto_priv|llvm|localalias|clone)(\.\d+)?)+(\.\d+)?$/, '');
}

/** What the function is good for, if it is one that only does what it is told. */
export function helperClassOf(name: string | undefined): HelperClass | undefined {
  if (name === undefined || name.length > MOST_NAME) return undefined;
  const plain = baseName(name);
  return HELPERS.find(([, pattern]) => pattern.test(plain))?.[0];
}

/** True for functions that the kernel runs only to report the crash. */
export function isOopsPath(name: string): boolean {
  return name.length <= MOST_NAME && OOPS_PATH.test(baseName(name));
}

/** True for the code that enters the kernel or starts its threads. */
export function isEntryCode(name: string): boolean {
  return name.length <= MOST_NAME && ENTRY.test(baseName(name));
}

/** KSYM_NAME_LEN of 6.x. */
const MOST_NAME = 512;
