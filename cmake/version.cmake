# Writes generated/version.h when the version or the commit has changed, and only then.
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD OUTPUT_VARIABLE COMMIT
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no OUTPUT_VARIABLE DIRTY ERROR_QUIET)
if(NOT COMMIT)
  set(COMMIT "no commit")
elseif(DIRTY)
  set(COMMIT "${COMMIT}, changed")
endif()
file(WRITE ${OUT}.new "#pragma once
namespace assay::cli {
inline constexpr const char* kVersion = \"${VERSION}\";
inline constexpr const char* kCommit = \"${COMMIT}\";
}  // namespace assay::cli
")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${OUT}.new ${OUT})
