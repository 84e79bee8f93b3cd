#include "hosts/cli/decisions_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "core/fix/record.h"
#include "core/units/archive.h"

namespace assay {
namespace {

constexpr std::string_view kMagic = "ASSAYDR2";
constexpr std::size_t kMagicName = 7;  // of it; what follows is the version
constexpr std::size_t kFrame = 4 + 1 + 4;
// A decision of 64 candidates with tails of 512 steps has less than a megabyte.
constexpr std::uint32_t kMostBody = 16u << 20;

enum Kind : char {
    kParent = 'P',
    kDecision = 'D',
    kOutcome = 'O',
    kReport = 'R',
    kAlert = 'A',
    kEnd = 'E',
};

// These two have no archive() of their own: nothing in core keeps them.
template <class Archive, class T>
void archive_report(Archive& a, T& r) {
    a(r.at, r.parent, r.type, r.state, r.last_qty, r.last_px, r.cum_qty, r.leaves_qty, r.avg_px,
      r.text);
}
template <class Archive, class T>
void archive_alert(Archive& a, T& alert) {
    a(alert.at, alert.parent, alert.lp, alert.text);
}

template <class T>
std::string bytes_of(const T& value) {
    std::string body;
    Saver saver(body);
    saver(value);
    return body;
}

std::uint32_t sum_of(char kind, std::string_view body) {
    return fix::crc32c(body, fix::crc32c({&kind, 1}));
}

struct Damage {
    std::string path;
    std::uint64_t offset{};
    Error because(std::string_view why) const {
        return Error(
            fmt::format("{}: the record at byte {} {}; what stands before it is good: cut the file "
                        "there (head -c {}) or restore a copy",
                        path, offset, why, offset));
    }
};

// One record into the story it belongs to.
Result<void> take(DecisionsFile& out, std::map<std::uint64_t, std::uint64_t>& parent_of, char kind,
                  std::string_view body) {
    Loader loader(body);
    const auto whole = [&]() -> Result<void> {
        if (!loader.ok() || !loader.at_end()) return fail("is damaged");
        return {};
    };
    switch (kind) {
        case kDecision: {
            auto d = route::Decision::from_bytes(body);
            if (!d) return fail("cannot be read: " + d.error().text());
            parent_of[d->inputs.id] = d->inputs.parent;
            out.parents[d->inputs.parent].decisions.push_back(std::move(*d));
            return {};
        }
        case kParent: {
            route::ParentOrder order;
            loader(order);
            if (auto ok = whole(); !ok) return ok;
            out.parents[order.id].order = std::move(order);
            return {};
        }
        case kOutcome: {
            route::DecisionOutcome o;
            loader(o);
            if (auto ok = whole(); !ok) return ok;
            const auto parent = parent_of.find(o.decision);
            if (parent == parent_of.end())
                return fail(fmt::format("is the outcome of decision {}, which is not in the file",
                                        o.decision));
            for (route::Decision& d : out.parents[parent->second].decisions)
                if (d.inputs.id == o.decision) d.outcome = o;
            return {};
        }
        case kReport: {
            route::ParentReport r;
            archive_report(loader, r);
            if (auto ok = whole(); !ok) return ok;
            if (r.type > route::ReportType::bust || r.state > route::ParentState::rejected)
                return fail("names a report or a state that there is none of");
            out.parents[r.parent].reports.push_back(std::move(r));
            return {};
        }
        case kAlert: {
            route::Alert alert;
            archive_alert(loader, alert);
            if (auto ok = whole(); !ok) return ok;
            (alert.parent != 0 ? out.parents[alert.parent].alerts : out.alerts)
                .push_back(std::move(alert));
            return {};
        }
        case kEnd: {
            ParentEnd end;
            loader(end);
            if (auto ok = whole(); !ok) return ok;
            if (end.state > route::ParentState::rejected)
                return fail("names a state that there is none of");
            out.parents[end.parent].end = end;
            return {};
        }
        default:
            return fail("is of a kind that this version does not know");
    }
}

Result<std::string> content_of(const std::string& path) {
    std::FILE* f = std::fopen(path.c_str(), "rb");
    if (f == nullptr) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    std::string bytes;
    std::array<char, 65536> part;
    for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), f)) > 0;)
        bytes.append(part.data(), n);
    const bool good = std::ferror(f) == 0;
    std::fclose(f);
    if (!good) return fail(fmt::format("{}: could not be read to its end", path));
    return bytes;
}

}  // namespace

DecisionsWriter::DecisionsWriter(std::string path, std::FILE* file)
    : path_(std::move(path)), file_(file) {
    put(kMagic);
}

Result<DecisionsWriter> DecisionsWriter::create(const std::string& path) {
    std::FILE* f = std::fopen(path.c_str(), "wb");
    if (f == nullptr) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    return DecisionsWriter(path, f);
}

void DecisionsWriter::put(std::string_view bytes) {
    if (error_ != 0) return;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) error_ = errno;
    bytes_ += bytes.size();
}

void DecisionsWriter::frame(char kind, const std::string& body) {
    const auto length = static_cast<std::uint32_t>(body.size());
    const std::uint32_t sum = sum_of(kind, body);
    std::string out;
    Saver saver(out);
    saver(length, static_cast<std::uint8_t>(kind));
    put(out);
    put(body);
    out.clear();
    saver(sum);
    put(out);
}

void DecisionsWriter::parent(const route::ParentOrder& order) {
    frame(kParent, bytes_of(order));
}

void DecisionsWriter::routed(const route::Outputs& out) {
    for (const route::Decision& d : out.decisions) frame(kDecision, d.bytes());
    for (const route::DecisionOutcome& o : out.outcomes) frame(kOutcome, bytes_of(o));
    for (const route::ParentReport& r : out.reports) {
        std::string body;
        Saver saver(body);
        archive_report(saver, r);
        frame(kReport, body);
    }
    for (const route::Alert& alert : out.alerts) {
        std::string body;
        Saver saver(body);
        archive_alert(saver, alert);
        frame(kAlert, body);
    }
}

void DecisionsWriter::ended(const ParentEnd& end) {
    frame(kEnd, bytes_of(end));
}

Result<void> DecisionsWriter::close() {
    if (error_ == 0 && std::fflush(file_.get()) != 0) error_ = errno;
    file_.reset();
    if (error_ != 0) return fail(fmt::format("{}: {}", path_, std::strerror(error_)));
    return {};
}

Result<DecisionsFile> read_decisions(const std::string& named) {
    std::error_code error;
    const std::string path = std::filesystem::is_directory(named, error)
                                 ? (std::filesystem::path(named) / kDecisionsName).string()
                                 : named;
    const auto bytes = content_of(path);
    if (!bytes) return std::unexpected(bytes.error());
    const std::string_view all = *bytes;
    if (all.substr(0, kMagicName) != kMagic.substr(0, kMagicName))
        return fail(
            fmt::format("{}: holds no routing decisions; a decisions.bin, as `assay simulate "
                        "--trade` writes it, is expected",
                        path));
    if (!all.starts_with(kMagic))
        return fail(fmt::format("{}: was made by another version of Assay, which reads it", path));
    DecisionsFile out;
    std::map<std::uint64_t, std::uint64_t> parent_of;  // by decision
    for (std::size_t at = kMagic.size(); at < all.size();) {
        const Damage here{path, at};
        const std::string_view rest = all.substr(at);
        std::uint32_t length = 0, sum = 0;
        if (rest.size() >= 4) std::memcpy(&length, rest.data(), 4);
        if (rest.size() >= 4 && length > kMostBody)
            return std::unexpected(here.because("says that it is longer than any record is"));
        if (rest.size() < kFrame || rest.size() - kFrame < length) {
            out.bytes_cut_off = rest.size();
            break;
        }
        const char kind = rest[4];
        const std::string_view body = rest.substr(5, length);
        std::memcpy(&sum, rest.data() + 5 + length, 4);
        if (sum_of(kind, body) != sum)
            return std::unexpected(here.because("is damaged (its checksum is wrong)"));
        if (const auto ok = take(out, parent_of, kind, body); !ok)
            return std::unexpected(here.because(ok.error().text()));
        ++out.records;
        at += kFrame + length;
    }
    return out;
}

}  // namespace assay
