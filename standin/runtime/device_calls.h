// Devices and contexts.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::standin {

Code set_device(Call& call, int32_t device);
Code reset_device(Call& call, int32_t device);
Code get_device(Call& call, int32_t* device);
Code get_device_count(Call& call, uint32_t* count);
Code get_device_list(Call& call, axcl::DeviceList* list);
Code synchronize_device(Call& call);
Code get_device_properties(Call& call, int32_t device, axcl::DeviceProperties* out);
Code reboot_device(Call& call, int32_t device);
Code get_device_bus_info(Call& call, int32_t device, void* out);
Code get_device_pid_info(Call& call, int32_t device, void* out);

Code create_context(Call& call, axcl::Context* context, int32_t device);
Code destroy_context(Call& call, axcl::Context context);
Code set_current_context(Call& call, axcl::Context context);
Code get_current_context(Call& call, axcl::Context* context);

// "AX650N" as set; "UNKNOWN" for a thread without a context, since it asks the card.
const char* soc_name(Call& call);

}  // namespace axllama::standin
