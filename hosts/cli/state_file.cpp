#include "hosts/cli/state_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "core/fix/record.h"
#include "core/units/archive.h"
#include "hosts/cli/source.h"

namespace assay {
namespace {

constexpr std::string_view kMagic = "ASSAYST1";
constexpr std::size_t kMagicName = 7;  // of it; what follows is the version

struct Shard {
    std::uint32_t number{};
    std::string bytes;
    template <class Archive>
    void archive(Archive& a) {
        a(number, bytes);
    }
};

std::string path_in(const std::string& folder) {
    return folder + "/assay.state";
}

}  // namespace

Result<void> load_state(const std::string& folder, const Config& config, fix::SessionStage& stage,
                        Kernels& kernels) {
    const std::string path = path_in(folder);
    std::FILE* f = std::fopen(path.c_str(), "rb");
    if (f == nullptr) {
        if (errno == ENOENT) return {};
        return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    }
    std::string bytes;
    std::array<char, 65536> part;
    for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), f)) > 0;)
        bytes.append(part.data(), n);
    std::fclose(f);
    if (bytes.size() < kMagic.size() + 4 ||
        bytes.compare(0, kMagicName, kMagic, 0, kMagicName) != 0)
        return fail(fmt::format("{}: not a state of Assay; remove it to start afresh", path));
    if (bytes.compare(0, kMagic.size(), kMagic) != 0)
        return fail(fmt::format(
            "{}: was made by another version of Assay; remove it to start afresh", path));
    std::uint32_t sum = 0;
    std::memcpy(&sum, bytes.data() + bytes.size() - 4, 4);
    const std::string_view body(bytes.data() + kMagic.size(), bytes.size() - kMagic.size() - 4);
    if (fix::crc32c(body) != sum)
        return fail(fmt::format(
            "{}: damaged (its checksum is wrong); restore a copy, or remove it to start afresh",
            path));
    Loader a(body);
    std::uint64_t version = 0;
    std::string stage_bytes;
    std::vector<Shard> shards;
    a(version, stage_bytes, shards);
    if (!a.ok()) return fail(fmt::format("{}: damaged; remove it to start afresh", path));
    if (version != config.version)
        return fail(fmt::format(
            "{}: was made under config version {:016x}, this run has {:016x}; use the same "
            "config, or another --state folder",
            path, version, config.version));
    if (auto loaded = stage.load(stage_bytes); !loaded) return loaded;
    for (const Shard& s : shards) {
        if (s.number >= kShards)
            return fail(fmt::format("{}: damaged (there is no shard {}); remove it to start afresh",
                                    path, s.number));
        auto kernel = std::make_unique<Kernel>(config);
        if (!kernel->load(s.bytes))
            return fail(
                fmt::format("{}: shard {} cannot be read: it was made by another version of Assay; "
                            "remove it to start afresh",
                            path, s.number));
        kernels[s.number] = std::move(kernel);
    }
    return {};
}

Result<void> save_state(const std::string& folder, const Config& config,
                        const fix::SessionStage& stage, const Kernels& kernels) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(fmt::format("{}: {}", folder, error.message()));
    std::string body;
    Saver a(body);
    std::string stage_bytes;
    stage.save(stage_bytes);
    std::vector<Shard> shards;
    for (std::uint32_t i = 0; i < kShards; ++i)
        if (kernels[i] != nullptr) shards.push_back({i, kernels[i]->save()});
    a(config.version, stage_bytes, shards);
    const std::uint32_t sum = fix::crc32c(body);
    const std::string path = path_in(folder), fresh = path + ".new";
    std::FILE* f = std::fopen(fresh.c_str(), "wb");
    if (f == nullptr) return fail(fmt::format("{}: {}", fresh, std::strerror(errno)));
    const bool written = std::fwrite(kMagic.data(), 1, kMagic.size(), f) == kMagic.size() &&
                         std::fwrite(body.data(), 1, body.size(), f) == body.size() &&
                         std::fwrite(&sum, 1, sizeof sum, f) == sizeof sum;
    const bool closed = std::fclose(f) == 0;
    if (!written || !closed) return fail(fmt::format("{}: {}", fresh, std::strerror(errno)));
    if (std::rename(fresh.c_str(), path.c_str()) != 0)
        return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    return {};
}

}  // namespace assay
