// The nearest of a list of names, for messages that end in: did you mean "..."?
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// Letters to insert, delete, replace or swap with their neighbour to get from `a` to `b`.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(now);
    }
    return last[b.size()];
}

// The name a person most likely meant, or nothing where all are too far off. Of equally near names
// the first of the list. Names longer than 64 letters are nobody's slip of the pen.
inline std::optional<std::string_view> nearest(std::string_view word,
                                               std::span<const std::string_view> names) {
    if (word.size() > 64) return std::nullopt;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    std::optional<std::string_view> best;
    for (const std::string_view name : names) {
        // Three letters or more that a name begins with are as good as one slip.
        const bool begun = word.size() >= 3 && name.starts_with(word);
        const std::size_t distance = begun ? 1 : edit_distance(word, name);
        if (distance < least) {
            least = distance;
            best = name;
        }
    }
    return best;
}

// `; did you mean "fill_rate"?`, or empty.
inline std::string did_you_mean(std::string_view word, std::span<const std::string_view> names) {
    const auto name = nearest(word, names);
    return name ? "; did you mean \"" + std::string(*name) + "\"?" : std::string();
}

}  // namespace assay
