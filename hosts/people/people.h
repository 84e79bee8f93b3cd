// The people of a desk and their tokens: SQLite in its folder, one file that only its user may
// read.
//
//     auto people = People::open("desk-state/people.db");
//     (*people)->add({.name = "ann", .rights = {Role::trader}, .hash = *hashed(password, {})},
//     now);
//
// Of passwords and tokens only hashes are kept. `generation` of a person goes up with each change
// of what they may or know: whatever rests on an older one has ended. Another process may write
// here, too (`assay user`); what it has written counts from the next question on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/result.h"
#include "hosts/people/role.h"

namespace assay::people {

struct Person {
    std::string name;
    Rights rights{};
    bool disabled{}, must_change{};  // must_change: the password is one that somebody else has seen
    std::string hash{};
    Nanos created{}, password_at{};
    std::optional<Nanos> password_until{};  // of a first password
    std::optional<Nanos> last_login{};
    std::uint64_t generation{};
};

struct Token {
    std::uint64_t id{};
    std::string owner, name;
    Role role{};
    Nanos created{}, expires{};
    std::optional<Nanos> last_used{};
    bool revoked{};
};

// a-z first, then also digits . _ -; at most 32.
bool may_be_called(std::string_view name);

inline constexpr Duration kFirstPassword{24 * kHour.ns};  // so long it counts

class People {
  public:
    static Result<std::unique_ptr<People>> open(const std::string& path);
    ~People();
    People(const People&) = delete;

    Result<std::optional<Person>> find(std::string_view name);
    Result<std::vector<Person>> all();  // by name
    // Refused: the name is taken.
    Result<void> add(const Person& person);
    // Whatever of rights and disabled differs; the last admin who is not disabled stays one.
    Result<void> change(std::string_view name, const Rights& rights, bool disabled);
    // must_change where it has an end.
    Result<void> set_password(std::string_view name, const std::string& hash, Nanos at,
                              std::optional<Nanos> until);
    // The same password, hashed at another cost.
    Result<void> rehash(std::string_view name, const std::string& before, const std::string& hash);
    Result<void> logged_in(std::string_view name, Nanos at);
    // Whether somebody else is an admin who can come in.
    Result<bool> another_admin(std::string_view name);

    // `id` of it is given here. Of the token itself its SHA-256.
    Result<Token> add_token(Token token, const std::string& sha256);
    // Whatever its state.
    Result<std::optional<Token>> token_of(const std::string& sha256);
    Result<std::vector<Token>> tokens(std::optional<std::string_view> owner);
    Result<std::optional<Token>> token(std::uint64_t id);
    Result<void> revoke(std::uint64_t id);
    Result<void> used(std::uint64_t id, Nanos at);

  private:
    struct Store;
    explicit People(std::unique_ptr<Store> store);
    std::unique_ptr<Store> store_;
};

}  // namespace assay::people
