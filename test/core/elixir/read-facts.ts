import type {ElixirFacts} from '../../../source/core/elixir/facts.ts';
import {readElixirFacts} from '../../../source/core/elixir/read.ts';

const mix = `defmodule Shop.MixProject do
  use Mix.Project
  def project, do: [app: :shop, version: "1.0.0"]
  def application, do: [mod: {Shop.Application, []}]
end
`;

/** Reads facts of made-up files, in `prod`, with a clock that never moves. */
export const readFacts = (
	files: Readonly<Record<string, string>>,
	options: Partial<Parameters<typeof readElixirFacts>[1]> = {},
): ElixirFacts =>
	readElixirFacts(new Map(Object.entries({'mix.exs': mix, ...files})), {elapsed: () => 0, ...options});

/** An application that starts these children. */
export const startChildren = (children: string, more = ''): string => `defmodule Shop.Application do
  use Application
  def start(_type, _args) do
    children = [
      ${children}
    ]
    Supervisor.start_link(children, strategy: :one_for_one)
  end
  ${more}
end
`;

/** A router with these lines in its body. */
export const route = (lines: string): string => `defmodule ShopWeb.Router do
  use ShopWeb, :router

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
    plug :protect_from_forgery
  end

  ${lines}
end
`;
