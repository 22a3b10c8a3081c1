// Devices and contexts.
#include "standin/runtime/device_calls.h"
#include "standin/runtime/exports.h"

namespace axllama::axcl {

extern "C" {

Code axclrtSetDevice(int32_t device) {
  AXCL_PERFORM(axclrtSetDevice, Code, standin::set_device(call, device));
}

Code axclrtResetDevice(int32_t device) {
  AXCL_PERFORM(axclrtResetDevice, Code, standin::reset_device(call, device));
}

Code axclrtGetDevice(int32_t* device) {
  AXCL_PERFORM(axclrtGetDevice, Code, standin::get_device(call, device));
}

Code axclrtGetDeviceCount(uint32_t* count) {
  AXCL_PERFORM(axclrtGetDeviceCount, Code, standin::get_device_count(call, count));
}

Code axclrtGetDeviceList(DeviceList* list) {
  AXCL_PERFORM(axclrtGetDeviceList, Code, standin::get_device_list(call, list));
}

Code axclrtSynchronizeDevice() {
  AXCL_PERFORM(axclrtSynchronizeDevice, Code, standin::synchronize_device(call));
}

Code axclrtGetDeviceProperties(int32_t device, DeviceProperties* out) {
  AXCL_PERFORM(axclrtGetDeviceProperties, Code, standin::get_device_properties(call, device, out));
}

Code axclrtRebootDevice(int32_t device) {
  AXCL_PERFORM(axclrtRebootDevice, Code, standin::reboot_device(call, device));
}

Code axclrtGetDeviceBusInfo(int32_t device, void* out) {
  AXCL_PERFORM(axclrtGetDeviceBusInfo, Code, standin::get_device_bus_info(call, device, out));
}

Code axclrtGetDevicePidInfo(int32_t device, void* out) {
  AXCL_PERFORM(axclrtGetDevicePidInfo, Code, standin::get_device_pid_info(call, device, out));
}

Code axclrtCreateContext(Context* context, int32_t device) {
  AXCL_PERFORM(axclrtCreateContext, Code, standin::create_context(call, context, device));
}

Code axclrtDestroyContext(Context context) {
  AXCL_PERFORM(axclrtDestroyContext, Code, standin::destroy_context(call, context));
}

Code axclrtSetCurrentContext(Context context) {
  AXCL_PERFORM(axclrtSetCurrentContext, Code, standin::set_current_context(call, context));
}

Code axclrtGetCurrentContext(Context* context) {
  AXCL_PERFORM(axclrtGetCurrentContext, Code, standin::get_current_context(call, context));
}

}  // extern "C"

}  // namespace axllama::axcl
