# What every target of Assay is compiled with. Bit-equal results across machines rule out
# -march=native, -ffast-math and fused multiply-add contraction.
add_library(assay_options INTERFACE)
target_compile_features(assay_options INTERFACE cxx_std_23)
target_compile_options(assay_options INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wno-sign-conversion -ffp-contract=off
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # it is wrong about std::string in g++ 12
target_include_directories(assay_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
option(ASSAY_WERROR "Treat warnings as errors" OFF)
if(ASSAY_WERROR)
  target_compile_options(assay_options INTERFACE -Werror)
endif()
set(ASSAY_SANITIZE "" CACHE STRING "Comma separated sanitizers, e.g. address,undefined")
if(ASSAY_SANITIZE)
  add_compile_options(-fsanitize=${ASSAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # What ASan or libstdc++'s assertions find as well, at a third of all time to compile.
  add_compile_options(-fno-sanitize=null,object-size,vptr,pointer-overflow)
  add_link_options(-fsanitize=${ASSAY_SANITIZE})
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

# Builds from nothing read what all files include once for ten of them. Not for daily work: there a
# changed file is compiled alone.
option(ASSAY_UNITY "Compile the files of libraries ten at a time" OFF)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)

# assay_library(NAME SOURCES... [DEPENDS targets...]): one static library per folder.
function(assay_library name)
  cmake_parse_arguments(A "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_link_libraries(${name} PUBLIC assay_options ${A_DEPENDS})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${ASSAY_UNITY})
endfunction()

# In the build of the bug zoo: ASSAY_BUG plants a bug in this program (tests/zoo/plant.cpp).
function(assay_plantable name)
  if(ASSAY_BUGS)
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:assay_plant>)
  endif()
endfunction()

# assay_test(NAME SOURCES... DEPENDS targets...): one gtest program per folder.
function(assay_test name)
  if(NOT ASSAY_TESTS)
    return()
  endif()
  cmake_parse_arguments(A "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE assay_options ${A_DEPENDS} fmt::fmt GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE ASSAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE ${ASSAY_TEST_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM assay_test_headers)
  assay_plantable(${name})
  add_test(NAME ${name} COMMAND ${name})
endfunction()
