#include "msnp/command_table.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

namespace {

using msnp::Dialect;

constexpr auto kMsnp2 = Dialect::kMsnp2;
constexpr auto kMsnp3 = Dialect::kMsnp3;
constexpr auto kMsnp5 = Dialect::kMsnp5;
constexpr auto kMsnp6 = Dialect::kMsnp6;
constexpr auto kMsnp7 = Dialect::kMsnp7;
constexpr auto kAny = msnp::kAnyArguments;
// The login stage has a table of its own (msnp/opening.cpp); here everybody is signed in.
constexpr msnp::StateMask kSignedIn = 1;
// Below MSNP6, too, it is read before the connection is closed.
constexpr msnp::PayloadRule kChallengeAnswer = {
    .present = true, .bytes_max = msnp::kChallengeAnswerBytesMax, .in_every_dialect = true};

// docs/protocol/framing.md#4-payload-commands.
constexpr msnp::PayloadRule kPage = {.present = true, .bytes_max = msnp::kInvitationBytesMax};
constexpr msnp::PayloadRule kInvitation = {.present = true,
                                           .bytes_max = msnp::kInvitationBytesMax,
                                           .bad_length_answer = msnp::ErrorCode::kBadInvitation};

// clang-format off
constexpr auto kTable = msnp::make_command_table<Commands::Handler>({
    //verb   first   last    states     trid   args     handler
    {"ADD", kMsnp2, kMsnp6, kSignedIn, true,  3, 3,    &Commands::add},
    {"ADD", kMsnp7, kMsnp7, kSignedIn, true,  3, 4,    &Commands::add},
    {"ADG", kMsnp7, kMsnp7, kSignedIn, true,  1, 2,    &Commands::adg},
    {"BLP", kMsnp2, kMsnp7, kSignedIn, true,  1, 1,    &Commands::blp},
    {"CHG", kMsnp2, kMsnp7, kSignedIn, true,  1, 1,    &Commands::chg},
    {"CHL", kMsnp6, kMsnp7, kSignedIn, true,  0, 0,    &Commands::chl},
    {"CVR", kMsnp2, kMsnp7, kSignedIn, true,  0, kAny, &Commands::cvr},
    {"FND", kMsnp2, kMsnp7, kSignedIn, true,  0, kAny, &Commands::fnd},
    {"GTC", kMsnp2, kMsnp7, kSignedIn, true,  1, 1,    &Commands::gtc},
    {"IMS", kMsnp3, kMsnp7, kSignedIn, true,  1, 1,    &Commands::ims},
    {"INF", kMsnp2, kMsnp7, kSignedIn, true,  0, kAny, &Commands::not_expected},
    {"LSG", kMsnp7, kMsnp7, kSignedIn, true,  0, kAny, &Commands::lsg},
    {"LST", kMsnp2, kMsnp7, kSignedIn, true,  1, 1,    &Commands::lst},
    {"OUT", kMsnp2, kMsnp7, kSignedIn, false, 0, kAny, &Commands::out},
    {"PAG", kMsnp5, kMsnp7, kSignedIn, true,  2, 2,    &Commands::pag, kPage},
    {"PNG", kMsnp2, kMsnp7, kSignedIn, false, 0, kAny, &Commands::png},
    {"PRP", kMsnp5, kMsnp7, kSignedIn, true,  1, 2,    &Commands::prp},
    {"QRY", kMsnp6, kMsnp7, kSignedIn, true,  2, 2,    &Commands::qry, kChallengeAnswer},
    {"REA", kMsnp2, kMsnp7, kSignedIn, true,  2, 2,    &Commands::rea},
    {"REG", kMsnp7, kMsnp7, kSignedIn, true,  2, 3,    &Commands::reg},
    // COMPAT(gaim of 2000): it appends a nickname to REM.
    {"REM", kMsnp2, kMsnp7, kSignedIn, true,  2, kAny, &Commands::rem},
    {"RMG", kMsnp7, kMsnp7, kSignedIn, true,  1, 1,    &Commands::rmg},
    // A wrong count is a bad parameter, which has an answer of its own: 503.
    {"SDC", kMsnp5, kMsnp7, kSignedIn, true,  1, kAny, &Commands::sdc, kInvitation},
    {"SND", kMsnp2, kMsnp7, kSignedIn, true,  0, kAny, &Commands::snd},
    {"SYN", kMsnp2, kMsnp7, kSignedIn, true,  1, 1,    &Commands::syn},
    {"URL", kMsnp2, kMsnp7, kSignedIn, true,  1, 2,    &Commands::url},
    {"USR", kMsnp2, kMsnp7, kSignedIn, true,  0, kAny, &Commands::usr},
    {"VER", kMsnp2, kMsnp7, kSignedIn, true,  0, kAny, &Commands::not_expected},
    {"XFR", kMsnp2, kMsnp7, kSignedIn, true,  1, kAny, &Commands::xfr},
});
// clang-format on
static_assert(kTable.well_formed());
static_assert(kTable.rows().size() <= kVerbsMax);

}  // namespace

msnp::Match<Commands::Handler> Commands::match(const msnp::Command& command, Dialect dialect) {
  return kTable.match(command, {.dialect = dialect, .state = kSignedIn});
}

msnp::PayloadRule Commands::payload(std::string_view verb, msnp::Scope scope) {
  return kTable.payload(verb, scope);
}

std::optional<std::size_t> Commands::row_of(std::string_view verb) { return kTable.row_of(verb); }

std::string_view Commands::verb_of(std::size_t row) { return kTable.verb_of(row); }

}  // namespace monarch::notification
