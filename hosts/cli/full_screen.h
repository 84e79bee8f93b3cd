// The whole terminal for a while: another screen, no cursor, keys as they are pressed. All of it
// is as it was before when this goes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <termios.h>
#include <vector>

namespace assay::cli {

class FullScreen {
  public:
    // Of standard output; keys come from standard input, where that is a terminal too.
    FullScreen();
    ~FullScreen();
    FullScreen(const FullScreen&) = delete;
    FullScreen& operator=(const FullScreen&) = delete;

    // One write for the whole frame, over the one before, so that nothing flickers.
    // False: the terminal is gone.
    bool show(const std::vector<std::string>& lines);
    // The next key, waiting for it so long at most.
    std::optional<char> key(std::chrono::milliseconds most);

  private:
    bool has_keys_{};
    termios before_{};
};

// What is written for a frame.
std::string frame_bytes(const std::vector<std::string>& lines);

}  // namespace assay::cli
