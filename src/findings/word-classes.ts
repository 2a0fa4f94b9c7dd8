/**
 * @file Words that carry no answer of their own, in some large languages: the closed classes, what introduces an answer about a picture, and
 * yes and no. A text of another language is read by the question and the alternatives alone.
 */

interface Language {
  /** Articles and their like, before a noun. */
  readonly determiners: string;
  /** Whether the noun is the first or the last word of a phrase: "un CHIEN petit", "a small DOG". */
  readonly noun: "first" | "last";
  /** Pronouns, auxiliaries, prepositions and conjunctions. */
  readonly closed: string;
  /** What introduces an answer, or names the picture that it is about. */
  readonly introductions: string;
  readonly yesOrNo: string;
  /** What joins the last of several choices to the others. */
  readonly or: string;
  /** What joins a description to the noun behind it, if the language has such a word. */
  readonly joint?: string;
}

const languages: readonly Language[] = [
  {
    determiners: "a an the this that these those its his her their our your my some each every another",
    noun: "last",
    closed:
      "i me you he she it we us they them there here who which what where when how whose is are was were be been being am has have had having do does did will would can could may might must shall should it's there's that's he's she's they're i'm i've we're in on at of to from by with without into onto over under as for and or but so than then if while near within also both just very",
    introductions:
      "image picture photo photograph scene shows show showing shown depicts depict contains contain features displays see seen visible looks look appears appear seems seem answer sure certainly okay ok well let based given following correct option",
    yesOrNo: "yes yeah yep no nope not none neither cannot",
    or: "or",
  },
  {
    determiners: "ein eine einen einem einer eines der die das den dem des diese dieser dieses",
    noun: "last",
    closed:
      "ich du er sie es wir ihr ist sind war waren sein hat haben wird werden kann im am um an auf aus bei mit nach von vom zu zum zur in und oder aber auch sich da dort hier dass als wie was wer wo wann welche welcher welches viele gibt",
    introductions: "bild foto zeigt sieht sehen zu antwort",
    yesOrNo: "ja nein nicht kein keine keinen",
    or: "oder",
  },
  {
    determiners: "un une le la les l des du cette ces cet ce son sa ses",
    noun: "first",
    closed:
      "je tu il elle on nous vous ils elles est sont était étaient être a ont avoir dans sur sous à au aux de d en et ou mais avec pour par y c'est qui que qu quel quelle quels quelles où combien comment n'y s'il",
    introductions: "image photo montre voit réponse",
    yesOrNo: "oui non ne pas aucun aucune",
    or: "ou",
  },
  {
    determiners: "un una uno unos unas el los la las este esta estos estas su sus",
    noun: "first",
    closed:
      "yo ella ello nosotros ellos es son está están era hay ha han ser estar en sobre bajo a al del de y o pero con para por que se lo qué cuál cuáles dónde cuántos cuántas cómo quién",
    introductions: "imagen foto muestra ve respuesta",
    yesOrNo: "sí no ningún ninguna",
    or: "o u",
  },
  {
    determiners: "un una uno il lo la i gli le l questo questa questi queste",
    noun: "first",
    closed:
      "io lei noi loro è sono c'è ci sta stanno era ha hanno in nel nella sul sulla al alla dal dalla del della dei delle di da e o ma con per che si cosa quale quali dove quanti quante come chi",
    introductions: "immagine foto mostra vede risposta",
    yesOrNo: "sì no non nessun nessuna",
    or: "o oppure",
  },
  {
    determiners: "um uma uns umas o a os as este esta esse essa",
    noun: "first",
    closed:
      "eu ele ela nós eles elas é são está estão há tem têm ser no na nos nas em ao do da dos das de e ou mas com para por que se qual quais onde quantos quantas como quem",
    introductions: "imagem foto mostra vê resposta",
    yesOrNo: "sim não nenhum nenhuma",
    or: "ou",
  },
  {
    determiners: "een het de deze dit die",
    noun: "last",
    closed:
      "ik hij zij wij ze is zijn was heeft hebben op in aan van met naar bij voor door en of maar ook er daar hier dat als wat wie waar hoeveel welke hoe",
    introductions: "afbeelding foto toont zien antwoord",
    yesOrNo: "ja nee niet geen",
    or: "of",
  },
  {
    determiners: "это этот эта эти",
    noun: "last",
    closed:
      "я ты он она оно мы вы они есть был была было в во на над под с со у к из от по за и или а что как там тут где сколько какой какая какого кто",
    introductions: "изображение изображении картинке картинка фото видно ответ",
    yesOrNo: "да нет не",
    or: "или",
  },
  {
    determiners: "一个 一只 一条 一张 一辆 一位 这 那 这个 那个",
    noun: "last",
    closed:
      "一 的 地 得 了 着 在 个 只 条 张 位 里 中 上 它 他 她 我 我们 他们 和 与 或 也 都 就 被 把 们 它们 什么 哪 几 多少 吗 呢",
    introductions: "图 图片 图中 图像 画面 照片 显示 可以 看到 答案",
    yesOrNo: "是 是的 不 不是 没 没有 沒有 有 对 不对",
    or: "还是 或 或者",
    joint: "的",
  },
  {
    determiners: "この その あの",
    noun: "last",
    closed:
      "は が を に で と も の へ や です ます だ いる い て た ある あり います あります これ それ あれ 何 どこ どの いくつ か",
    introductions: "画像 写真 写っ 答え",
    yesOrNo: "はい いいえ ない ありません",
    or: "または それとも か",
    joint: "の",
  },
];

/** What the words of one language are, by their lower-case form. */
export interface WordClasses {
  /** False if the language is not known; then no word is of a closed class. */
  readonly known: boolean;
  isFunctionWord(bare: string): boolean;
  /** True for a word that only introduces what is said of a picture. */
  isIntroduction(bare: string): boolean;
  isYesOrNo(bare: string): boolean;
  joinsChoices(bare: string): boolean;
  /** True for a word between a description and its noun, such as the Chinese "的". */
  joinsDescription(bare: string): boolean;
  isDeterminer(bare: string): boolean;
  /** Whether the noun is the first or the last word of a phrase. */
  readonly noun: "first" | "last";
}

function setOf(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

const known = languages.map(({ noun, ...lists }) => {
  const determiners = setOf(lists.determiners);
  const closed = setOf(lists.closed);
  const introductions = setOf(lists.introductions);
  const yesOrNo = setOf(lists.yesOrNo);
  const or = setOf(lists.or);
  const classes: WordClasses = {
    known: true,
    noun,
    // "isn't" denies as "not" does.
    isYesOrNo: (bare) => yesOrNo.has(bare) || /n['\u2019]t$/u.test(bare),
    isFunctionWord: (bare) => (closed.has(bare) || determiners.has(bare) || or.has(bare)) && !yesOrNo.has(bare),
    isIntroduction: (bare) => introductions.has(bare),
    joinsChoices: (bare) => or.has(bare),
    joinsDescription: (bare) => bare === lists.joint,
    isDeterminer: (bare) => determiners.has(bare),
  };
  return classes;
});

const unknown: WordClasses = {
  known: false,
  noun: "last",
  isFunctionWord: () => false,
  isIntroduction: () => false,
  isYesOrNo: (bare) => known.some((language) => language.isYesOrNo(bare)),
  joinsChoices: (bare) => known.some((language) => language.joinsChoices(bare)),
  joinsDescription: () => false,
  isDeterminer: () => false,
};

/** The classes of the language that most of the words belong to, as far as they are of a closed class; of equals the first. */
export function wordClassesOf(bareWords: readonly string[]): WordClasses {
  const counts = known.map(
    (language) => bareWords.filter((bare) => language.isFunctionWord(bare) || language.isYesOrNo(bare)).length,
  );
  const most = Math.max(0, ...counts);
  return most === 0 ? unknown : known[counts.indexOf(most)]!;
}
