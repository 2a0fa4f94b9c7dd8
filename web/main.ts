/** @file Starts the page. */
import "./styles/page.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { createApiClient } from "./data/api-client.ts";

mount(App, { target: document.getElementById("page")!, props: { api: createApiClient() } });
