# AXLLAMA_SANITIZE: "", "address;undefined" or "thread". Our own code only; llama.cpp is built once
# without, and its libraries run beside.
set(AXLLAMA_SANITIZE "" CACHE STRING "sanitizers of our own code: address;undefined or thread")
if(AXLLAMA_SANITIZE)
  list(JOIN AXLLAMA_SANITIZE "," names)
  add_compile_options(-fsanitize=${names} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${names})
endif()

# Fuzzers want the sanitizers and the coverage counters in all of our own code.
if(AXLLAMA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
