#include "cli/repl_help.h"

namespace axllama::cli {

const char* const kReplHelp =
    "Commands:\n"
    "  /set            change settings of this session\n"
    "  /show           show information about the model\n"
    "  /load MODEL     go on with another model, from the beginning\n"
    "  /save MODEL     keep this session as a model\n"
    "  /clear          forget the conversation\n"
    "  /list           list the installed models\n"
    "  /bye, /exit     leave\n"
    "  /?, /help       show this; /? set, /? show, /? shortcuts tell more\n"
    "\n"
    "Begin a message with \"\"\" to type several lines, and end it with \"\"\".\n";

const char* const kSetHelp =
    "Settings:\n"
    "  /set parameter NAME VALUE   set an option of the generation; /set parameter lists them\n"
    "  /set system TEXT            set the system message\n"
    "  /set history                keep what is typed\n"
    "  /set nohistory              don't\n"
    "  /set wordwrap               break lines between words\n"
    "  /set nowordwrap             don't\n"
    "  /set format json            make every answer JSON\n"
    "  /set noformat               don't\n"
    "  /set verbose                show times and counts after each answer\n"
    "  /set quiet                  don't\n"
    "  /set think [LEVEL]          let the model think: low, medium, high, max\n"
    "  /set nothink                don't\n";

const char* const kShowHelp =
    "Show:\n"
    "  /show info         what the model is\n"
    "  /show license      its license\n"
    "  /show modelfile    its Modelfile\n"
    "  /show parameters   its parameters and those set here\n"
    "  /show system       the system message\n"
    "  /show template     the prompt template\n";

const char* const kShortcutsHelp =
    "Keys:\n"
    "  Ctrl + a    go to the beginning of the line\n"
    "  Ctrl + e    go to its end\n"
    "  Alt  + b    go back one word\n"
    "  Alt  + f    go forward one word\n"
    "  Ctrl + k    delete to the end of the line\n"
    "  Ctrl + u    delete the line\n"
    "  Ctrl + w    delete the word before the cursor\n"
    "  Ctrl + j    begin another line of the same message\n"
    "  Ctrl + g    write the message in an editor\n"
    "  Ctrl + r    search what was typed before\n"
    "  Ctrl + l    clear the screen\n"
    "  Ctrl + c    drop the text, or stop the answer\n"
    "  Ctrl + d    leave\n";

}  // namespace axllama::cli
