// A plugin for qemu's user mode emulation (7.2 and later) that tells how many instructions a
// program ran. Debian ships no header for plugins: these are the few declarations it takes.
//
//   qemu-aarch64 -plugin ./count_instructions.so -d plugin PROGRAM
#include <stdint.h>
#include <stdio.h>

struct qemu_plugin_tb;
typedef uint64_t PluginId;

extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb* block);
extern void qemu_plugin_register_vcpu_tb_trans_cb(PluginId id,
                                                  void (*call)(PluginId, struct qemu_plugin_tb*));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb* block,
                                                 void (*call)(unsigned cpu, void* data), int flags,
                                                 void* data);
extern void qemu_plugin_register_atexit_cb(PluginId id, void (*call)(PluginId, void*), void* data);
extern void qemu_plugin_outs(const char* text);

int qemu_plugin_version = 1;

static const int kReadsNoRegisters = 0;
static uint64_t total;

static void ran(unsigned cpu, void* instructions) {
  (void)cpu;
  total += (uintptr_t)instructions;
}

static void translated(PluginId id, struct qemu_plugin_tb* block) {
  (void)id;
  void* const instructions = (void*)(uintptr_t)qemu_plugin_tb_n_insns(block);
  qemu_plugin_register_vcpu_tb_exec_cb(block, ran, kReadsNoRegisters, instructions);
}

static void ended(PluginId id, void* data) {
  (void)id;
  (void)data;
  char text[64];
  snprintf(text, sizeof text, "instructions: %llu\n", (unsigned long long)total);
  qemu_plugin_outs(text);
}

int qemu_plugin_install(PluginId id, const void* info, int argc, char** argv) {
  (void)info;
  (void)argc;
  (void)argv;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, ended, NULL);
  return 0;
}
