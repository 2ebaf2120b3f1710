// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What rclone 1.75.2 (`lsjson -R --files-only`) selects of some files under random rules.
enum RcloneCases {
    /// In key order: the n-th is bit n of a case's mask.
    static let files: [String] = [
        "$", "(p)/abc", "*/$/{y}", "*/a,b/(p)",
        "*/x+y", ".dot", "1/a|b", "1/x^y",
        "1/{y}/a|b/(p)", "42/É/é", "A/a b/$", "A/a_b",
        "A/foo.d", "B", "B.TXT", "Dir/a b/b.txt",
        "K", "[x]/a_b", "\\z/a,b", "\\z/ßx/1",
        "a b/foo-bar/tmp", "a,b/*", "a,b/.git/(p)/x^y", "a,b/ßx/K/ab",
        "a.txt/ab", "a.txt/{y}", "a/c", "a/É/ab/ßx",
        "a_b/abc", "ab/b/日本", "abc", "b",
        "b.txt", "c.jpg", "c/ſ/.dot/a.txt", "dir/ab/x^y",
        "dir/foo-bar", "é/K", "é/x^y/Dir", "é/{y}",
        "foo-bar", "foo.d/S/ab/abc", "k", "s/foo-bar",
        "tmp/42", "tmp/abc/B.TXT/K", "x+y/a|b", "x^y/k",
        "{y}/K/dir/日本", "{y}/foo/S", "é", "ſ",
        "日本",
    ]

    /// One case a line: the mask of what is selected in hexadecimal, or `error`; then flags with their values.
    static let lines = #"""
        ["1cddb3d32760f3", ["exclude", "/*a/**"], ["exclude", "/\\{y\\}"], ["ignore-case", ""], ["max-depth", "2"]]
        ["1cddb3d72778f3", ["include", "**/**"], ["exclude", "a|b"], ["exclude", "\\*/?mp"], ["filter", "+ */*/"], ["filter", "+ \\[x\\]*/**"], ["filter", "!"], ["exclude-from", " B.TXT\r\n?\r"], ["filter-from", "+ ** "], ["max-depth", "2"]]
        ["1c0503c0016021", ["filter-from", "\t+ x^y "], ["max-depth", "1"]]
        ["1bfffffffffdff", ["filter", "- é*"]]
        ["error", ["filter", "+ /c.jpga b/*"], ["filter", "+ {dir,\\[x\\],foo}/**"], ["filter", "- {k}/*/ßx"], ["filter", "+ /.dot"], ["filter", "- {{\\1}}/**"], ["filter", "+ /**"]]
        ["1fffffbfffffff", ["filter", "- /a*"]]
        ["1fffffffffffff", ["exclude", "tmp/foo-bar/b*"], ["exclude", "**/[[:alpha:]]/?,b/"], ["ignore-case", ""]]
        ["error", ["filter", "- **.jpg/**/abc"], ["filter", "+ [\\d]*"], ["exclude-from", "\t1/{{a**}}\r"], ["filter-from", " - */{B.TXT,ſ}\r"], ["max-depth", "2"]]
        ["1c050340016021", ["exclude", "{a,{b,c}}"], ["exclude", "/$/**"], ["exclude", "{ßx}/**/"], ["max-depth", "1"]]
        ["40000", ["include", "\\\\z/*"], ["include", "/{dir,}"], ["exclude-from", "# c\n **\n\t*.TXT/ \n[é-ſ]/ "]]
        ["error", ["filter", "- /*/**"], ["filter", "+ /**"], ["filter", "- /***"], ["filter", "+ *"], ["filter", "- /{{(?!a)}}/"], ["filter", "+ {ßx}/abc/*"]]
        ["error", ["filter", "+ *"], ["filter", "+ /{aK/É"], ["filter", "+ */abc"], ["filter", "- /**"]]
        ["error", ["exclude", "日本"], ["exclude", "{{a**}}"], ["exclude", "*$/{{\\Qa.\\E}}"], ["max-depth", "2"]]
        ["840000000000", ["include", "k"]]
        ["error", ["filter", "- {{foo.*}}/b.txt/*.TXT"], ["filter", "- /*/*"], ["filter", "+ *y/.dot/**"], ["filter", "- /{a"], ["filter", "- a,b"], ["filter", "- -/"], ["ignore-case", ""], ["max-depth", "1"]]
        ["3fafc3ffe9fde", ["include", "**/**"], ["include", "/S"], ["filter", "- **/B/*o"], ["filter", "- **/k"], ["exclude-from", "\tfoo.d//**\r"]]
        ["1eddfbf73ffcff", ["filter", "- É/**"], ["max-depth", "3"]]
        ["12d8f8373e9ede", ["include", "/*/**"], ["include", "{日本}"], ["max-depth", "3"]]
        ["1ffbfeffffffff", ["exclude", "/k"], ["exclude", "/?.txt"], ["exclude", "日本/*"]]
        ["1fffbfffffffff", ["filter", "- ?.txtK/k"], ["filter", "- *Dir"]]
        ["error", ["include", "b}/"], ["max-depth", "2"]]
        ["error", ["include", "/[^/]/*/"], ["include", "*.txt"], ["include-from", "\t*.jpg/**/{a,{b,c}}\r\n/?\r\n/?/{{\\1}}/**\r"], ["filter-from", "; x\n + */{a \n - {c.jpg}\n - **/\r"]]
        ["error", ["filter", "+ 1**/*.txt"], ["filter", "- /{42,42}/\\d/"], ["filter", "+ a.txt/S/{{.*}}"], ["filter", "+ */42/x*/**"], ["filter", "+ /[/{{(}}"], ["filter", "+ abc/"], ["max-depth", "1"]]
        ["1eddfbf73ffafe", ["exclude", "/*.d/[é-ſ]"], ["exclude", "$*"], ["max-depth", "3"]]
        ["1fbffdffffffff", ["exclude", "{c.jpg}"], ["exclude", "(*/**/**"], ["filter", "- x+y/"], ["filter", "- \\\\z"]]
        ["error", ["exclude", "a/"], ["exclude", "? b/{{a**}}/"], ["exclude", "[\\pL]*/**/"], ["ignore-case", ""]]
        ["1c050340016021", ["filter", "- {\\{y\\},,a,b}"], ["max-depth", "1"]]
        ["400051060842", ["include", "a*"], ["include", "*/*/"], ["include", "B.TXT/*.jpg/tmp"], ["max-depth", "2"]]
        ["200000000", ["include", "{é,k}/*/{{\\w+}}/**"], ["include", "/*.jpg"], ["include", "*/Dir/?"]]
        ["1fffffffffefff", ["exclude", "**/*.d"]]
        ["1cddb3d50778f3", ["exclude", "/{\\\\z}"], ["exclude", "{a*}/[[:^alpha:]]*"], ["max-depth", "2"]]
        ["1ffffffbffe7fe", ["filter", "- /[a-c]/*"], ["filter", "+ /*.TXT"], ["filter", "+ **/**"], ["filter", "+ /(p)/"], ["filter", "- \\*"], ["filter", "- /*$"], ["ignore-case", ""]]
        ["1eddfbf73ffeff", ["filter", "- /{{{x}}}"], ["max-depth", "3"]]
        ["200001", ["include", "\\*"], ["include", "/$*"], ["ignore-case", ""]]
        ["1d20802a20072d", ["exclude", "a|b/\\[x\\]/ab"], ["exclude", "\\w*"]]
        ["1fffffffffe3ff", ["exclude", "{{\\PL+}}/Dir"], ["exclude", "{A}/**"]]
        ["error", ["filter", "- **/{{(}}/ſ"], ["filter", "+ .dot/a"]]
        ["error", ["exclude", "{{.*}}/[k-s]"], ["exclude", "/*.txt*.TXT/{{a{2,1}}}"], ["exclude", "**/$"], ["ignore-case", ""], ["max-depth", "1"]]
        ["503c0016000", ["include", "/**/\\{*/*b/"], ["include", "/\\w*"]]
        ["d8b3d72618d2", ["include-from", " {(p)}\n\t{a,{b,c}}*\n **/**\r"], ["exclude-from", "/** \n\t{b}"], ["filter-from", " + **/.dot"], ["max-depth", "2"]]
        ["200000000000", ["include", "/**/*/K"]]
        ["400000000", ["include", "a.txt"]]
        ["1ffffffcffffff", ["exclude", "*.txt/"]]
        ["1c0503c0016001", ["exclude", ".dot"], ["filter", "+ *bK"], ["filter", "+ foo.d"], ["filter-from", "\n+ **\r"], ["max-depth", "1"]]
        ["1fbdfbee79f7bd", ["filter", "- {{\\bfoo\\b}}"], ["filter", "- **/a*"]]
        ["1eddebf73ffeff", ["exclude", "Dir/*"], ["exclude", "*.txt//**"], ["ignore-case", ""], ["max-depth", "3"]]
        ["1ffdf7d7ffffff", ["filter", "- ?b/**"], ["filter", "+ ſ/{日本,*.txt,.dot}"]]
        ["1c5d93d72778e3", ["exclude", "x+y"], ["exclude", "*/K"], ["exclude", "*/.git/"], ["ignore-case", ""], ["max-depth", "2"]]
        ["2d8f8373e9ede", ["include", "/**/**"], ["exclude", "/*"], ["max-depth", "3"]]
        ["4008000000", ["include", "*Dir"], ["include", "/{\\*,\\{y\\},\\[x\\]}"], ["include-from", "\ta,b/\n\n{{\\d+}}/ab/[\\w.]*\r\n {ßx}"], ["filter-from", " - /{a b,a*} "]]
        ["1eddfa000fe2ff", ["filter", "- /A/**"], ["filter", "- /{{(a|b)(c|\\.)?}}**"], ["max-depth", "3"]]
        ["140103c0006021", ["filter", "- /*/[[:^alpha:]]*/*.jpg"], ["filter", "+ /?oo/?"], ["filter", "- k/(p)/**"], ["filter", "- [k-s]"], ["filter", "+ c.jpg"], ["filter", "- /\\\\z/abc"], ["ignore-case", ""], ["max-depth", "1"]]
        ["1eddfbf33ffeff", ["exclude", "/[a-c]/**"], ["max-depth", "3"]]
        ["17ffffffffffff", ["exclude", "ſ"], ["exclude", "/x^y/*.jpg/*/**"], ["exclude", "B/?.txt/"]]
        ["1fffff7fffffff", ["exclude", "*/{{{a}}}/**"], ["exclude", "b"]]
        ["8000000", ["filter", "- /\\.git/"], ["filter", "+ ?/{1,tmp,É}/**"], ["filter", "- */a*"], ["filter", "+ **/*.jpg/*"], ["filter", "- é/s"], ["filter", "- {foo.d,**}"], ["ignore-case", ""]]
        ["1fffdfffffffff", ["exclude", "[[:upper:]]?É/*.d/ß*"], ["exclude", "*/K"]]
        ["b000000", ["include", "ßx"], ["include", "/a.txt/**"]]
        ["c40181068840", ["filter", "- x+y/{{[^/]*}}"], ["filter", "+ *.txt"], ["include-from", " *b \n  \n\tfoo/\r\n; x\n [k-s]\r"], ["max-depth", "3"]]
        ["1e9dfbf73ffebf", ["exclude", "*/a|b"], ["exclude", "{{[ab]+}}/b.txt"], ["exclude", "/*/b.txt"], ["max-depth", "3"]]
        ["1ffffff7ffffff", ["filter", "+ {a/b,foo}/K/*/**"], ["filter", "+ /a.txt/[k-s]/.dot"], ["filter", "- ?x"], ["filter", "+ {*.txt,a*,a/b}/*b"]]
        ["1ffffbffffffff", ["exclude", "**/{.dot,c.jpg,}/"]]
        ["80027001ad4", ["include", "*t/日*/s"], ["include", "{?,日本,a.txt}/*"], ["filter", "+ a,b//{{^a}}//*"], ["filter", "- **"], ["exclude-from", " a,b/*/**\n b*\r"]]
        ["1ccdb3d72360f3", ["filter", "- 42"], ["filter", "- ?_b**/ab"], ["filter", "- \\d//**"], ["filter", "- /*/b.txt"], ["filter", "- **/a,b"], ["filter", "- /A/**"], ["max-depth", "2"]]
        ["1ed5abf73ffeff", ["exclude", "K*/"], ["exclude", "*/*r"], ["max-depth", "3"]]
        ["80080000000", ["include", "{a,b,.git,}"], ["include", "**/"], ["exclude", "K/{B,.git,*.txt}/É*/**"], ["include-from", "{*.txt,*.txt,\\{y\\}}/*t\r\n é/*\r\n s/* "]]
        ["1cfffffff1fc21", ["filter", "+ *b/[k-s]/{a|b}"], ["filter", "+ /*.TXT/{{[ab]+}}/*"], ["filter", "- .dot//**"], ["filter", "- /[[:^alpha:]]*/**"], ["ignore-case", ""]]
        ["80204001800", ["include", "[[:alpha:]]/*"], ["include", "*.jpg/**"], ["include", "*.jpg"], ["max-depth", "2"]]
        ["1dffffffffffff", ["filter", "+ $//*\\}//{{a$}}"], ["filter", "- *foo/**"]]
        ["1cd5b3d3276023", ["filter", "+ *.TXT"], ["filter", "- **/\\[x\\]/É"], ["filter", "+ *g"], ["filter", "- /?/"], ["max-depth", "2"]]
        ["3fafc3ffe9fde", ["include", "**/{{.*}}"], ["include", "*$/**"], ["include", "É"]]
        ["1c0503c00d6021", ["filter", "+ /*\\\\z/**"], ["filter", "- */**"], ["ignore-case", ""]]
        ["1ffffffffffeff", ["exclude", "\\{y\\}/*.jpg"], ["exclude", "a|b/**"]]
        ["1eddfbf73feeff", ["exclude", "/**/foo.d"], ["exclude", "d*abc/"], ["exclude", "/[\\pL]*c/x+y"], ["max-depth", "3"]]
        ["100000020", ["include", "/*t"], ["max-depth", "1"]]
        ["81804000", ["include", "*.TXT"], ["include", "{{[ab]+}}"], ["include", "/a|b*/(p)/*"]]
        ["6000010000", ["filter", "+ Dir"], ["filter", "- [[:upper:]]?/*r/[\\d]*"], ["include-from", " tmp?x\\] \n\t/*gſ/a* \n\t[!a]/{{foo.*}}\r"], ["filter-from", "+ **/?p)/ \n\t+ K\n - ß*/"]]
        ["e091000000200", ["include", "é"], ["include", "foo-bar"], ["include", "s"], ["ignore-case", ""], ["max-depth", "3"]]
        ["115bdf7bd6d9fe", ["exclude", "[^/]"]]
        ["1ffeffffffffff", ["filter", "- /foo-bar"], ["filter", "+ **/{*.txt,a_b}"]]
        ["1eddfbf73ffef7", ["filter", "- (p)"], ["filter", "- *z"], ["filter", "+ {{\\PL+}}"], ["filter", "- é{}/S/**"], ["filter", "- /a|b"], ["filter", "- /{é,a/b,a_b}"], ["max-depth", "3"]]
        ["1f274fe8d9e72d", ["exclude", "/*/*"], ["exclude", ".git"], ["ignore-case", ""]]
        ["1d30802a28072d", ["filter", "+ [[:^alpha:]]*"], ["filter", "- /S"], ["filter", "+ {{x.?y}}/*.d"], ["filter", "- **"], ["filter", "+ /Dir/**"], ["filter", "+ S*/**"]]
        ["1eddfbf73ffedf", ["filter", "- /*.jpg/**/"], ["filter", "+ *.TXT/*/[\\w.]*"], ["filter", "- {.dot}"], ["filter", "- /B.TXT//**"], ["max-depth", "3"]]
        ["420491860842", ["include", "b"], ["include", "/**/{a/b,a*,a b}"], ["exclude", ".git"]]
        ["1000000000", ["include", "{abc,dir,B}/**"], ["max-depth", "2"]]
        ["2000000000000", ["include", "*c/k/**"], ["exclude", "{a/b,b.txt,42}"], ["exclude", "/a/日本/*"], ["include-from", "\tS\n**/**/?oo-bar"], ["exclude-from", "\t*"], ["filter-from", " - /a b/s//** "]]
        ["3000000", ["include", "a\\/{}"], ["include", "/a.txt/**"]]
        ["1cfffffffffeff", ["filter", "- /1/B.TXT/*.d"], ["filter", "- */*/{k,a|b}"], ["filter", "+ *.d"], ["filter", "- \\{y\\}/*/**"], ["filter", "- *.d"], ["filter", "- */B*/{c.jpg,B}"]]
        ["400000008", ["include", "**/a,b/**"], ["include", "c/**"], ["ignore-case", ""]]
        ["1ef5fbd37fe023", ["exclude", "?/**"]]
        ["13fbff7ffedffe", ["filter", "- /?"], ["filter", "+ 日本/a.txt/{{a|b}}"]]
        ["80004000", ["include", "/*.TXT"], ["include", "{{(a|b)(c|\\.)?}}"], ["include", "[\\pL]*?ir"]]
        ["1ffdfbffffffff", ["exclude", "//*"], ["exclude", "s/*/"], ["ignore-case", ""]]
        ["1cddb3d32778f3", ["exclude", "{{\\x61}}/"], ["max-depth", "2"]]
        ["1cddb1d72778f3", ["filter", "+ */*/日本"], ["filter", "+ B"], ["filter", "+ \\[x\\]"], ["filter", "- /*.jpg"], ["max-depth", "2"]]
        ["1eddfbd33ffeff", ["exclude", "c.jpg/[[:alpha:]]"], ["exclude", "{a,b,.git}/**"], ["filter", "+ /abc"], ["filter", "+ /?ir"], ["filter-from", "+ /*é*.txt"], ["max-depth", "3"]]
        ["14ddb3d72778f3", ["filter", "- *.TXT/*.jpg/**"], ["filter", "- *S"], ["filter", "+ B.TXT//"], ["filter", "- /foo/[!a]/**"], ["ignore-case", ""], ["max-depth", "2"]]
        ["1c0501c0016021", ["filter", "- {a|b,B.TXT}/"], ["filter", "- *.jpg"], ["filter", "- é"], ["filter", "- é/{42,**,a/b}/"], ["filter", "- /A/42"], ["filter", "+ {b,,a b}(p)/\\{y\\}/a|b/"], ["max-depth", "1"]]
        ["1dffffff1ffff7", ["exclude-from", " a,b/ \nS "]]
        """#
}
