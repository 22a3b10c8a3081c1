#include "runner/main_runner.h"

#include "base/env.h"
#include "base/host_memory.h"
#include "cli/commands.h"
#include "core/device.h"

namespace axllama::cli {

Result<int> runner_command(Args args) {
  runner::MainOptions options;
  runner::LoadRequest& load = options.load;
  std::string listen = "127.0.0.1:5002";
  load.device = env_get("AXLLAMA_DEVICE");
  std::string park;
  Arguments arguments("runner", "Hold one model and serve it: a backend without a model store.");
  arguments.option("--model", load.model,
                   "GGUF file, or NPU model folder; without it, wait for POST /load");
  arguments.option("--projector", load.projector, "GGUF file that makes embeddings of images");
  arguments.option("--adapter", load.adapter, "GGUF file of a LoRA adapter for the model");
  arguments.option("--listen", listen, "HOST:PORT or unix:PATH (default: 127.0.0.1:5002)");
  arguments.option("--context", load.context, "tokens of context a slot; 0: as trained");
  arguments.option("--slots", load.slots, "requests served at the same time");
  arguments.option("--batch", load.batch, "prompt tokens evaluated in one step");
  arguments.option("--threads", load.threads, "CPU threads; 0: one a physical core");
  arguments.option("--device", load.device, "cpu, npu (all cards), npu:1 (the second card)");
  arguments.option("--park", park,
                   "host memory for conversations that lost their slot, e.g. 2GiB; 0: none "
                   "(default: an eighth of the memory, at most 1GiB)");
  arguments.flag("--mmap", load.use_mmap, "map the model file (--mmap=false: read it)");
  arguments.flag("--lifeline", options.lifeline,
                 "end when file descriptor 3 is closed by its owner");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  if (!load.model.empty()) AX_CHECK(parse_device(load.device));
  options.listen = parse_host(listen);
  AX_TRY(load.park_bytes, runner::park_size(park, host_memory()));
  return runner::main_runner(options);
}

}  // namespace axllama::cli
