// Handles that programs hold as void*: which of them are alive.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace axllama::standin {

// A handle is the address of its object. Objects are shared because another thread may destroy a
// handle while a call uses it. Any thread may call.
template <class T>
class HandleTable {
 public:
  void* add(std::shared_ptr<T> object) {
    const std::scoped_lock lock(mutex_);
    void* handle = object.get();
    objects_[handle] = std::move(object);
    return handle;
  }
  // Null for what was never added, or is gone.
  std::shared_ptr<T> find(const void* handle) const {
    const std::scoped_lock lock(mutex_);
    const auto found = objects_.find(handle);
    return found == objects_.end() ? nullptr : found->second;
  }
  std::shared_ptr<T> remove(const void* handle) {
    const std::scoped_lock lock(mutex_);
    const auto found = objects_.find(handle);
    if (found == objects_.end()) return nullptr;
    std::shared_ptr<T> object = std::move(found->second);
    objects_.erase(found);
    return object;
  }
  std::vector<std::shared_ptr<T>> all() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::shared_ptr<T>> objects;
    for (const auto& entry : objects_) objects.push_back(entry.second);
    return objects;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<const void*, std::shared_ptr<T>> objects_;
};

}  // namespace axllama::standin
