// The one table of configuration keys. From it follow: reading TOML, --set, --print-config,
// docs/config.md, and Config::version.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/units/result.h"
#include "hosts/cli/settings.h"

namespace assay {

// How the text of a key becomes a value. Ranges include their ends.
struct DurationField {
    Duration& (*of)(Settings&);
    Duration least, most;
    bool may_be_never{};  // `never` is kept as -1 ns
};
struct NumberField {
    double& (*of)(Settings&);
    double least, most;
};
struct CountField {
    std::uint32_t& (*of)(Settings&);
    std::uint32_t least, most;
};
struct ChoiceField {
    std::span<const std::string_view> choices;
    std::size_t (*get)(Settings&);
    void (*set)(Settings&, std::size_t choice);
};
// Texts with a form of their own. `set` returns what is wrong with the text, or empty.
struct FormField {
    std::string_view allowed;
    std::string (*get)(Settings&);
    std::string (*set)(Settings&, std::string_view text);
};

struct ConfigKey {
    std::string_view name;          // quotes.stale_after
    std::string_view default_text;  // 5s
    std::string_view doc;           // one line
    std::variant<DurationField, NumberField, CountField, ChoiceField, FormField> field;
};

// In the order of docs/config.md.
std::span<const ConfigKey> config_keys();
std::span<const std::string_view> config_key_names();
const ConfigKey* find_config_key(std::string_view name);

// "a duration from 1ms to 1h, or never", "one of valid, absent", ...
std::string allowed_text(const ConfigKey& key);
// "duration", "number", "count", "choice", "text".
const char* kind_text(const ConfigKey& key);

// Sets one key. What is wrong, or empty: `quotes.locked is "maybe"; allowed: one of valid, absent`.
std::string set_config_key(Settings& settings, const ConfigKey& key, std::string_view value);
// The present value in its canonical spelling, which set_config_key() reads back.
std::string config_value(const Settings& settings, const ConfigKey& key);

// Every key at the default of the table.
Settings default_settings();

}  // namespace assay
