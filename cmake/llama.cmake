# The llama.cpp that scripts/build_llama.sh has built.
set(AXLLAMA_LLAMA_PREFIX ${CMAKE_SOURCE_DIR}/build/llama CACHE PATH "what build_llama.sh made")

if(NOT EXISTS ${AXLLAMA_LLAMA_PREFIX}/stamp)
  message(FATAL_ERROR
    "no llama.cpp in ${AXLLAMA_LLAMA_PREFIX}: run scripts/build_llama.sh ${AXLLAMA_LLAMA_PREFIX}")
endif()

function(axllama_import_llama target file)
  add_library(${target} SHARED IMPORTED)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION ${AXLLAMA_LLAMA_PREFIX}/lib/lib${file}.so
    INTERFACE_LINK_LIBRARIES "${ARGN}")
  target_include_directories(${target} SYSTEM INTERFACE
    ${AXLLAMA_LLAMA_PREFIX}/src/include
    ${AXLLAMA_LLAMA_PREFIX}/src/common
    ${AXLLAMA_LLAMA_PREFIX}/src/tools/mtmd
    ${AXLLAMA_LLAMA_PREFIX}/src/vendor
    ${AXLLAMA_LLAMA_PREFIX}/src/ggml/include)
endfunction()

axllama_import_llama(llama::ggml_base ggml-base)
axllama_import_llama(llama::ggml ggml llama::ggml_base)
axllama_import_llama(llama::llama llama llama::ggml)
axllama_import_llama(llama::common llama-common llama::llama)
axllama_import_llama(llama::mtmd mtmd llama::llama)

# The reader of pictures that llama.cpp brings along: a header.
add_library(llama::stb INTERFACE IMPORTED)
target_include_directories(llama::stb SYSTEM INTERFACE ${AXLLAMA_LLAMA_PREFIX}/src/vendor)
