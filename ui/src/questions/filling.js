// The values of a query's parameters in a question, as `filling.py` and `parameters.py` of `foc_graph/questions` have them.

import { days } from "../periods.js";
import { isConcept, pathOf } from "./names.js";
import { bare, range } from "./words.js";

export const CHOOSING = ["kind", "type"];
const MOST = 5;
const DAY = 86_400_000; // milliseconds
const ORDER = { concept: 0, body: 1 };
const rank = ({ type }) => ORDER[type] ?? 2;
const TURNED = { before: "until", after: "since", at: "at" };
const PLAIN = new Set(["date", "period", "string", "integer", "enum"]);
const isSubset = (some, all) => [...some].every((one) => all.has(one));
const spanOf = (mentions) => new Set(mentions.flatMap(range));

/** The values of `given` parameters in a question asked by a phrase; with `isNear`, also by words of names. */
export function fill(rules, names, question, phrase, given, isNear) {
  const { UNLIKELY, GENERAL, NEAR, IGNORED } = rules.numbers;
  const { book } = question;
  const parameters = bare();
  const covered = new Set();
  const dated = new Map();
  let undated = [];
  let pending = question.names;
  let cost = 0;
  let ambiguous = [];
  let about = null;
  const spots = [];
  const thing = (number) => names.things[number];
  const slugs = (mention) => mention.things.map((number) => thing(number).slug);
  const coalitions = new Set(question.names.flatMap(({ things }) => things).filter((one) => thing(one).kinds.includes("coalition")).map((one) => thing(one).slug));
  const isOwned = (number) => coalitions.has(thing(number).slug.split("/")[0]);
  const cover = (at) => at.forEach((one) => covered.add(one));
  const take = (mention) => {
    cover(range(mention));
    pending = pending.filter((one) => one !== mention);
  };
  const takeCovered = () => pending.filter((one) => isSubset(range(one), covered)).forEach(take);
  const fitting = ({ things }, { type, scheme, kinds, likely }) => {
    if (type === "concept") return things.filter((one) => thing(one).kinds.includes(`concept:${scheme}`));
    const all = things.filter((one) => !isConcept(thing(one)) && (!kinds.length || kinds.some((kind) => thing(one).kinds.includes(kind))));
    const part = type === "body" && given.some((one) => one.type === "coalition") ? all.filter((one) => thing(one).kinds[0] !== "coalition") : all;
    if (!part.length && type === "thing") return things.filter((one) => thing(one).kinds.includes("concept:topic"));
    const most = part.filter((one) => likely.includes(thing(one).kinds[0]));
    return most.length ? most : part;
  };
  const isLikely = (mention, parameter) => fitting(mention, parameter).some((one) => parameter.likely.includes(thing(one).kinds[0]));
  const hasTwin = ({ type }) => given.filter((one) => one.required && one.type === type).length > 1;

  const isPart = ({ things, weak }, found) => {
    const parts = things.filter((one) => rules.parts.includes(thing(one).kinds[0]));
    return !weak && parts.length && !parts.some((one) => found.includes(one));
  };

  function near(parameter, known) {
    const telling = question.telling(phrase.query, known);
    const kinds = parameter.likely;
    const unnamed = [...telling].some((at) => !question.named.has(at));
    const isNamed = kinds.length ? question.names.some((one) => isLikely(one, parameter)) : question.named.size > 0;
    if (!unnamed && isNamed && (kinds.length || telling.size < 3)) return [[], new Set()];
    const said = names.said(question.spelt, book);
    const fits = (number) => {
      const [kind] = thing(number).kinds;
      if (rules.whole.includes(kind) && !names.isHalfSaid(number, said)) return false;
      const all = kinds.length ? kinds : parameter.kinds;
      return all.length ? all.includes(kind) : !isConcept(thing(number)) && kind !== "source";
    };
    const key = JSON.stringify([[...telling], kinds.length ? kinds : parameter.kinds]);
    if (!question.nearest.has(key)) question.nearest.set(key, names.near(question.spelt, question.having, telling, fits));
    const [found, at] = question.nearest.get(key);
    const told = [...at].filter((one) => telling.has(one));
    const isWeak = told.length < 2 && (!parameter.required || told.every((one) => book.common.has(question.words[one].form)));
    const across = question.names.filter((one) => range(one).some((each) => at.has(each))).length;
    const isOnlyNamed = question.named.size && isSubset(told, question.named) && (across < 2 || (isNamed && kinds.length));
    const isOther = question.names.some((one) => isSubset(range(one), at) && isPart(one, found));
    return isSubset(told, question.dated) || isWeak || isOther || isOnlyNamed ? [[], new Set()] : [found, at];
  }

  function takeDates({ words }, at) {
    for (const mention of question.dates) {
      if (!words.includes(mention.first.slice(0, 4)) || !range(mention).some((one) => at.has(one))) continue;
      cover(range(mention));
      for (const name of dated.get(mention) ?? []) delete parameters[name];
      dated.delete(mention);
    }
    undated = undated.filter(({ first }) => !words.includes(first.slice(0, 4)));
  }

  function fillConcept(parameter) {
    const found = pending.filter((one) => fitting(one, parameter).length && !one.things.some((each) => thing(each).kinds.includes("body") && isOwned(each)));
    const values = new Set(found.map((one) => thing(fitting(one, parameter)[0]).slug));
    const isListed = (one) => CHOOSING.includes(parameter.name) && question.isListed(one, parameter.scheme.split("-")[0]);
    if (values.size === 1 && !found.some(isListed)) [parameters[parameter.name]] = values;
    found.forEach(take);
  }

  function fillSeveral(parameter) {
    const found = pending.filter((one) => fitting(one, parameter).length);
    const values = [...new Set(found.map((one) => thing(fitting(one, parameter)[0]).slug))];
    if (isNear && values.length < Math.max(2, parameter.min)) {
      const [others, at] = near(parameter, new Set([...covered, ...spanOf(found)]));
      if (others.length === 1 && !values.includes(thing(others[0]).slug)) {
        values.push(thing(others[0]).slug);
        cover(at);
        cost += NEAR;
      }
    }
    if (values.length < parameter.min) return;
    parameters[parameter.name] = values;
    found.forEach(take);
  }

  function fillOne(parameter) {
    const kinds = parameter.likely;
    const fits = pending.filter((one) => fitting(one, parameter).length);
    if (kinds.length) fits.sort((one, other) => isLikely(other, parameter) - isLikely(one, parameter));
    const isAsked = parameter.required || phrase.slots.includes(parameter.name);
    let found = [];
    let spot = -1;
    if (isNear && isAsked) {
      const [others, at] = near(parameter, !parameter.required || hasTwin(parameter) ? covered : new Set());
      if (others.length) {
        [found, spot] = [others, Math.min(...at)];
        cost += NEAR;
        cover(at);
        takeCovered();
        takeDates(thing(found[0]), at);
      }
    }
    if (!found.length && fits.length) {
      if (!isAsked && kinds.length && !isLikely(fits[0], parameter)) return;
      [found, spot] = [fitting(fits[0], parameter), fits[0].start];
      take(fits[0]);
    }
    if (!found.length && parameter.required && ["thing", "body"].includes(parameter.type)) [found, spot] = ofSort();
    if (!found.length) return;
    if (found.some(isOwned)) found = found.filter(isOwned);
    if (!kinds.length) cost += GENERAL;
    else if (!kinds.includes(thing(found[0]).kinds[0])) cost += UNLIKELY;
    if (found.length > 1) ambiguous = [parameter.name, ...found.slice(0, MOST).map((one) => pathOf(thing(one)))];
    const { slug } = thing(found[0]);
    parameters[parameter.name] = pathOf(thing(found[0]));
    if (hasTwin(parameter)) spots.push(spot);
    pending.filter((one) => slugs(one).some((each) => each === slug || slug.startsWith(`${each}/`))).forEach(take);
  }

  function ofSort() {
    for (const mention of pending) {
      const sort = thing(mention.things[0]);
      const dates = question.dates.map(({ first, last }) => (first === last ? first : `${first}/${last}`));
      const bodies = (sort.kinds.includes("concept:body-kind") ? (names.bySort.get(sort.slug) ?? []) : [])
        .filter((one) => (!coalitions.size || isOwned(one)) && (!dates.length || thing(one).dates.some((date) => dates.includes(date))));
      if (!bodies.length || bodies.length > MOST) continue;
      take(mention);
      return [bodies, mention.start];
    }
    return [[], -1];
  }

  function fillEvent(period) {
    for (const mention of pending.filter((one) => thing(one.things[0]).period && !one.weak)) {
      parameters[period] = thing(mention.things[0]).period;
      take(mention);
    }
    if (!isNear || period in parameters) return;
    const telling = question.telling(phrase.query, covered);
    const [found, at] = names.near(question.spelt, question.having, telling, (number) => thing(number).period);
    const known = new Set([...at, ...question.happening]);
    if (found.length !== 1 || !isSubset(telling, known)) return;
    parameters[period] = thing(found[0]).period;
    cover(known);
    cost += NEAR;
    takeCovered();
  }

  function fillTurn(mention) {
    const coalition = parameters.coalition ?? [...coalitions][0];
    const member = thing(mention.things[0]);
    const turn = rules.members.includes(member.kinds[0]) && !mention.weak ? question.turn(mention) : null;
    const stay = turn && !Array.isArray(coalition) && rules.stays[`${member.slug} ${coalition}`];
    const known = stay?.[Number(turn.isLeaving)];
    if (!known) return;
    const [first, last] = days(known);
    const date = { before: shifted(first, -1), after: shifted(last, 1), at: known }[turn.relation];
    const relation = given.some(({ type }) => type === "period") ? "at" : TURNED[turn.relation];
    const values = ofDate({ first: date, last: date, relation, weak: false }, given, parameters);
    if (!Object.keys(values).length) return;
    Object.assign(parameters, values);
    cover(turn.words);
    take(mention);
  }

  const at = question.dates.filter(({ relation, weak }) => relation === "at" && !weak);
  const isSpan = at.length === 2 && question.dates.length === 2 && at[0].first < at[1].last && given.filter(({ type }) => type === "date").length === 2;
  if (isSpan) cover(range(at[1]));
  for (const mention of isSpan ? [{ ...at[0], last: at[1].last }] : question.dates) {
    const values = ofDate(mention, given, parameters);
    if (Object.keys(values).length) {
      Object.assign(parameters, values);
      dated.set(mention, Object.keys(values));
      cover(range(mention));
    } else if (phrase.slots.includes("when")) cover(range(mention));
    else if (!mention.weak) undated.push(mention);
  }
  const order = [...phrase.slots.map((slot) => given.find(({ name }) => name === slot)).filter(Boolean), ...given];
  for (const parameter of [...new Set(order)].sort((one, other) => rank(one) - rank(other))) {
    if (parameter.name in parameters || PLAIN.has(parameter.type)) continue;
    if (parameter.type === "iri") {
      question.words.forEach(({ form }, at) => {
        if (!Object.hasOwn(book.properties, form) || parameter.name in parameters) return;
        parameters[parameter.name] = book.properties[form];
        covered.add(at);
      });
    } else if (parameter.type === "concept") fillConcept(parameter);
    else if (parameter.repeatable) fillSeveral(parameter);
    else fillOne(parameter);
  }
  const beside = phrase.slots.includes("with") && given.every(({ name, required }) => !required || name in parameters);
  const other = beside && pending.find((one) => !one.weak && !isConcept(thing(one.things[0])));
  if (other) {
    about = thing(other.things[0]).slug;
    take(other);
  }
  const period = given.find(({ type }) => type === "period")?.name;
  if (period && !(period in parameters) && question.isDuring) fillEvent(period);
  [...pending].forEach(fillTurn);
  const isToday = question.isPresent && !(period in parameters) && rules.queries[phrase.query].as.includes(`as of {${period}}`);
  cost += IGNORED * pending.filter((one) => one.weak && one.end - one.start > 1).length;
  return { parameters, covered, left: [...undated, ...pending.filter((one) => !one.weak)], cost, spots, ambiguous, about, assumed: isToday ? { [period]: question.today } : {} };
}

function shifted(day, count) {
  return new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10);
}

function ofDate({ first, last, relation, weak }, parameters, filled) {
  const whole = first === last ? first : `${first}/${last}`;
  const period = parameters.find(({ type }) => type === "period")?.name;
  const days = parameters.filter(({ type }) => type === "date").map(({ name }) => name);
  if (period) return ["at", "on"].includes(relation) && !(period in filled) ? { [period]: whole } : {};
  if (!days.length || weak || relation === "on") return {};
  if (days.length === 1) return days[0] in filled ? {} : { [days[0]]: first };
  const [since, until] = days;
  if (relation === "at") return since in filled || until in filled ? {} : { [since]: first, [until]: last };
  const name = ["since", "after"].includes(relation) ? since : until;
  return name in filled ? {} : { [name]: first };
}
